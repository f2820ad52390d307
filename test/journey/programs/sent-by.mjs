/** A URL that tells the receiver who sends: as the attribute `sender` of each event, whoever has logged it. */
export function sentBy(sender, url) {
  const named = new URL(url)
  named.searchParams.set('sender', sender)
  return named.href
}

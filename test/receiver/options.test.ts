import { startReceiver } from 'openpipeline-receiver'
import { expect, it } from 'vitest'

it.each([
  [{ port: '80' }, 'port must be an integer from 0 to 65535, got "80" (string)'],
  [{ port: 70_000 }, 'port must be an integer from 0 to 65535, got 70000 (number)'],
  [{ host: '' }, 'host must be a string that is not empty, got "" (string)'],
  [{ token: 5 }, 'token must be a string that is not empty, got "***" (string)'],
  [{ tls: {} }, 'tls must be { key, cert }, both PEM as a string or Buffer'],
  [{ maxBodyBytes: 0 }, 'maxBodyBytes must be an integer from 1 to 9007199254740991, got 0 (number)'],
  [{ rejectEvent: true }, 'rejectEvent must be a function (event) => string | undefined, got true (boolean)'],
  [{ gzip: 'yes' }, 'gzip must be true or false, got "yes" (string)'],
  [{ endpoints: ['my-shop'] }, 'endpoints must be names that start with a letter'],
  [{ endpoints: 'shop' }, 'endpoints must be a list of names, got "shop" (string)'],
  [{ latencyMs: -1 }, 'latencyMs must be a number of milliseconds from 0, got -1 (number)'],
  [{ maxEvents: 1.5 }, 'maxEvents must be an integer from 1'],
  [{ tokens: 'x' }, 'unknown option "tokens"; known are port, host, token'],
  [null, 'options must be an object, got null (null)'],
])('refuses %j and says what it expects', async (options, message) => {
  const failure = startReceiver(options as never)
  await expect(failure).rejects.toMatchObject({ name: 'ReceiverError', code: 'INVALID_OPTIONS' })
  await expect(failure).rejects.toThrow(message)
})

it('takes undefined as not given', async () => {
  const receiver = await startReceiver({ port: undefined, token: undefined, script: undefined, tls: undefined })
  await receiver.close()
})

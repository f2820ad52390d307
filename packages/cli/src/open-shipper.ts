/** A shipper from a command's flags and the environment, or a sentence about what is wrong with them. */
import { createShipper, OpenPipelineError, type Shipper, type ShipperOptions } from 'openpipeline-core'

import { readTokenFile } from './token-file.ts'
import { UsageError } from './usage-error.ts'

/** Also what `event.provider` says of events that come from here. */
const HOST = { name: 'openpipeline-cli', speaksForOthers: true }

/** Flags of every command that sends. */
export interface TargetFlags {
  readonly url?: string | undefined
  readonly 'token-file'?: string | undefined
  readonly proxy?: string | undefined
  readonly ca?: string | undefined
}

export const TARGET_FLAGS = {
  url: { type: 'string' },
  'token-file': { type: 'string' },
  proxy: { type: 'string' },
  ca: { type: 'string' },
} as const

export function targetOptions(flags: TargetFlags): ShipperOptions {
  const { url, 'token-file': tokenFile, proxy, ca } = flags
  if (proxy !== undefined && /^[^/]*(\/\/)?[^/]*@/.test(proxy)) {
    throw new UsageError(
      'a password is not taken from the command line, where other users of the machine can read it: set HTTPS_PROXY and give --proxy env',
    )
  }
  return {
    ...(url !== undefined && { url }),
    ...(tokenFile !== undefined && { token: readTokenFile(tokenFile) }),
    ...(proxy !== undefined && { proxy }),
    ...(ca !== undefined && { tls: { ca } }),
  }
}

/** What the core says of wrong options becomes a mistake of the user's. */
export function withUsageErrors<Result>(act: () => Result): Result {
  try {
    return act()
  } catch (error) {
    if (!(error instanceof OpenPipelineError)) throw error
    const hint = 'The URL comes from --url or OPENPIPELINE_URL, the token from --token-file or OPENPIPELINE_TOKEN.'
    throw new UsageError(`${error.message.replace(/^openpipeline-\w+: /, '')}\n${hint}`, { cause: error })
  }
}

export function openShipper(options: ShipperOptions): Shipper {
  return withUsageErrors(() => createShipper(options, HOST))
}

/** A shipper from a command's flags, its config file and the environment, or a sentence about what is wrong with them. */
import { createShipper, type OpenPipelineError, type Shipper, type ShipperOptions } from 'openpipeline-core'

import { type ConfigFile, deliveryOptions, readConfigFile, withMap } from './config-file.ts'
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
  readonly config?: string | undefined
}

export const TARGET_FLAGS = {
  url: { type: 'string' },
  'token-file': { type: 'string' },
  proxy: { type: 'string' },
  ca: { type: 'string' },
  config: { type: 'string' },
} as const

/** Where to, and how: for a command whose events are complete. */
export function targetOptions(flags: TargetFlags): ShipperOptions {
  const { options } = combine(flags)
  return flags.config === undefined ? options : withUsageErrors(() => deliveryOptions(options))
}

/** Everything that can be said of lines on their way to events, too. */
export async function recordOptions(flags: TargetFlags): Promise<ShipperOptions> {
  try {
    return await withMap(combine(flags), HOST.name)
  } catch (error) {
    return withUsageErrors(() => {
      throw error
    })
  }
}

/** Flags go before what the file says. */
function combine({ url, 'token-file': tokenFile, proxy, ca, config }: TargetFlags): ConfigFile {
  if (proxy !== undefined && /^[^/]*(\/\/)?[^/]*@/.test(proxy)) {
    throw new UsageError(
      'a password is not taken from the command line, where other users of the machine can read it: set HTTPS_PROXY and give --proxy env',
    )
  }
  const { map, options } = config === undefined ? { map: undefined, options: {} } : readConfigFile(config)
  return {
    map,
    options: {
      ...options,
      ...(url !== undefined && { url }),
      ...(tokenFile !== undefined && { token: readTokenFile(tokenFile) }),
      ...(proxy !== undefined && { proxy }),
      ...(ca !== undefined && { tls: { ...options.tls, ca } }),
    },
  }
}

/** What the core says of wrong options becomes a mistake of the user's. */
export function withUsageErrors<Result>(act: () => Result): Result {
  try {
    return act()
  } catch (error) {
    if (!isWrongOption(error)) throw error
    const message = error.message.replace(/^openpipeline-\w+: /, '')
    throw new UsageError(/\b(url|token)\b/.test(message) ? `${message}\n${ORIGINS}` : message, { cause: error })
  }
}

/** By its code: each door of the core has a class of its own. */
function isWrongOption(error: unknown): error is OpenPipelineError {
  return error instanceof Error && 'code' in error && error.code === 'INVALID_OPTIONS'
}

const ORIGINS =
  'The URL comes from --url, --config or OPENPIPELINE_URL, the token from --token-file, --config or OPENPIPELINE_TOKEN.'

export function openShipper(options: ShipperOptions): Shipper {
  return withUsageErrors(() => createShipper(options, HOST))
}

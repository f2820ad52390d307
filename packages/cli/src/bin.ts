#!/usr/bin/env node
/** The program `openpipeline`: hands the arguments to the command line and ends with its exit code. */
import { runCommandLine } from './command-line.ts'

process.exitCode = await runCommandLine(process.argv.slice(2))

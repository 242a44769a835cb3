// npm run docs: writes docs/devfile-reference.md.
import { writeFileSync } from 'node:fs'
import { makeReference, referenceFile } from './reference.ts'

writeFileSync(referenceFile, makeReference())

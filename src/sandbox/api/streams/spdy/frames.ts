/** A frame of SPDY/3.1. */
export type Frame =
  | { readonly kind: 'data'; readonly streamId: number; readonly isLast: boolean; readonly bytes: Buffer }
  | {
      readonly kind: 'control'
      readonly type: number
      readonly flags: number
      readonly bytes: Buffer
    }

export const frameTypes = {
  synStream: 1,
  synReply: 2,
  rstStream: 3,
  settings: 4,
  ping: 6,
  goAway: 7,
  headers: 8,
  windowUpdate: 9,
} as const

export const finFlag = 1

const headerLength = 8
const version = 3
/** Clients send at most 32 KiB at a time; the protocol would allow 16 MB. */
const maxFrameBytes = 1024 * 1024

/** Cuts a stream of bytes into frames. */
export class FrameReader {
  #rest: Buffer = Buffer.alloc(0)

  /** The frames that are complete with these bytes. Throws on what is no SPDY. */
  take(chunk: Buffer): Frame[] {
    const bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk])
    const frames: Frame[] = []
    let offset = 0
    while (bytes.length - offset >= headerLength) {
      const length = bytes.readUIntBE(offset + 5, 3)
      if (length > maxFrameBytes) throw new Error('a frame is too long')
      const end = offset + headerLength + length
      if (bytes.length < end) break
      frames.push(readFrame(bytes, offset, bytes.subarray(offset + headerLength, end)))
      offset = end
    }
    this.#rest = bytes.subarray(offset)
    return frames
  }
}

function readFrame(bytes: Buffer, offset: number, content: Buffer): Frame {
  const first = bytes.readUInt32BE(offset)
  const flags = bytes.readUInt8(offset + 4)
  if (first < 0x8000_0000) {
    return { kind: 'data', streamId: first, isLast: (flags & finFlag) !== 0, bytes: content }
  }
  if (((first >>> 16) & 0x7fff) !== version) throw new Error('this is no SPDY/3')
  return { kind: 'control', type: first & 0xffff, flags, bytes: content }
}

export function dataFrame(streamId: number, bytes: Buffer, isLast: boolean): Buffer {
  const header = Buffer.alloc(headerLength)
  header.writeUInt32BE(streamId)
  header.writeUInt8(isLast ? finFlag : 0, 4)
  header.writeUIntBE(bytes.length, 5, 3)
  return Buffer.concat([header, bytes])
}

export function controlFrame(type: number, flags: number, bytes: Buffer): Buffer {
  const header = Buffer.alloc(headerLength)
  header.writeUInt32BE(0x8000_0000 + version * 0x1_0000 + type)
  header.writeUInt8(flags, 4)
  header.writeUIntBE(bytes.length, 5, 3)
  return Buffer.concat([header, bytes])
}

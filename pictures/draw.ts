import { createRequire } from 'node:module'
import path from 'node:path'
import { createCanvas, GlobalFonts, type SKRSContext2D } from '@napi-rs/canvas'
import type { IBufferCell, Terminal } from '@xterm/headless'

const font = 'DejaVu Sans Mono'
const fonts = ['DejaVuSansMono.ttf', 'DejaVuSansMono-Bold.ttf']
const require = createRequire(import.meta.url)
const folder = path.dirname(require.resolve('dejavu-fonts-ttf/package.json'))
for (const file of fonts) GlobalFonts.registerFromPath(path.join(folder, 'ttf', file), font)

/** Pixels, twice as many as on a plain screen, so that the picture is sharp on others too. */
const size = { font: 26, cell: 15.65, row: 34, margin: 28 } as const

const ground = '#16181d'
const foreground = '#d7dae0'
/** The sixteen colours that a terminal gives names to; the app uses no others. */
const palette = [
  '#3f4451',
  '#e06c75',
  '#98c379',
  '#e5c07b',
  '#61afef',
  '#c678dd',
  '#56b6c2',
  '#d7dae0',
  '#6b7280',
  '#ef8790',
  '#b1d992',
  '#f0d399',
  '#82c4ff',
  '#d99cec',
  '#7fd0da',
  '#ffffff',
]

/** A terminal's screen as PNG. */
export function drawScreen(terminal: Terminal): Buffer {
  const { cols, rows } = terminal
  const canvas = createCanvas(
    Math.ceil(cols * size.cell + 2 * size.margin),
    Math.ceil(rows * size.row + 2 * size.margin),
  )
  const context = canvas.getContext('2d')
  context.fillStyle = ground
  context.fillRect(0, 0, canvas.width, canvas.height)
  context.textBaseline = 'middle'
  const { active } = terminal.buffer
  for (let row = 0; row < rows; row++) {
    const line = active.getLine(active.viewportY + row)
    for (let column = 0; column < cols; column++) {
      const cell = line?.getCell(column)
      if (cell) drawCell(context, cell, size.margin + column * size.cell, size.margin + row * size.row)
    }
  }
  return canvas.toBuffer('image/png')
}

function drawCell(context: SKRSContext2D, cell: IBufferCell, x: number, y: number): void {
  const ink = cell.isFgPalette() ? (palette[cell.getFgColor()] ?? foreground) : foreground
  const isInverse = cell.isInverse() !== 0
  context.globalAlpha = 1
  if (isInverse) {
    context.fillStyle = ink
    context.fillRect(x, y, size.cell * Math.max(1, cell.getWidth()), size.row)
  }
  const text = cell.getChars()
  if (text.trim() === '' && !cell.isUnderline()) return
  context.globalAlpha = cell.isDim() ? 0.55 : 1
  context.fillStyle = isInverse ? ground : ink
  if (text === '─') {
    // Drawn, since a font leaves a gap between two of them.
    context.fillRect(x, y + size.row / 2 - 1, size.cell + 1, 2)
    return
  }
  context.font = `${cell.isBold() ? 'bold ' : ''}${size.font}px "${font}"`
  context.fillText(text, x, y + size.row / 2)
  if (cell.isUnderline()) context.fillRect(x, y + size.row - 3, size.cell, 2)
}

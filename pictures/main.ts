// npm run pictures: draws docs/images/*.png from what the real program shows on a real pseudo-terminal.
import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { openPty } from '../test/e2e/pty.ts'
import { drawScreen } from './draw.ts'
import { dockerfile, makeShop } from './shop.ts'

const bin = path.resolve('bin/devloop')
const env = {
  KUBECONFIG: process.env.DEVLOOP_E2E_KUBECONFIG ?? process.env.KUBECONFIG ?? '',
  COLORTERM: 'truecolor',
}

await using shop = await makeShop()
try {
  await using pty = openPty(process.execPath, [bin, 'up'], { cwd: shop.folder, env, columns: 112, rows: 26 })
  const picture = async (name: string) => {
    await writeFile(`docs/images/${name}.png`, drawScreen(pty.terminal))
    process.stdout.write(`docs/images/${name}.png\n${pty.screen().join('\n')}\n`)
  }

  await pty.shows('● 4 live')
  pty.type('jjj')
  // Its pane is full.
  await pty.shows(/▌ ● storefront(?:.|\n)*(?:\n\d\d:\d\d:\d\d .*){18}/)
  await picture('live')

  pty.type('/slow|refused\r')
  await pty.shows('N newer')
  pty.type('f')
  await pty.shows(/only matches(?:.|\n)*/)
  await pty.shows(/(?:\n\d\d:\d\d:\d\d .*(?:slow|refused).*){10}/)
  await picture('search')
  pty.type('\x1b')
  await pty.shows('q quit')

  await shop.write('payments/Dockerfile', dockerfile('RUN echo "checking 31 files"; sleep 4; true'))
  pty.type('kb')
  await pty.shows(/payments +building +2 s(?:.|\n)*checking 31 files/)
  await picture('building')
  await pty.shows('● 4 live')

  const lint = `RUN echo "src/server.js:7:3 error  'count' is never reassigned  prefer-const"; exit 1`
  await shop.write('payments/Dockerfile', dockerfile(lint))
  await pty.shows(/✖ payments +failed/)
  pty.type('jk')
  await pty.shows(/ {2}fix {2}/)
  await picture('failed')
} finally {
  for (const command of ['down', 'clean']) {
    await using ending = openPty(process.execPath, [bin, command], { cwd: shop.folder, env })
    await ending.ended
  }
}

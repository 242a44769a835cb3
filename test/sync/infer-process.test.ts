import { describe, expect, test } from 'vitest'
import { infer, outcome } from './infer-rig.ts'

function isRestarted(end: string): boolean {
  return outcome(infer(`FROM base\nCOPY a.js /app/\n${end}`), 'a.js') === '/app/a.js, restart'
}

describe('a process that picks up files by itself is not restarted', () => {
  test.each([
    'CMD ["node", "--inspect", "--watch", "a.js"]',
    'CMD ["/usr/local/bin/node", "--watch-path=/app", "a.js"]',
    'CMD ["./node_modules/.bin/nodemon", "a.js"]',
    'ENTRYPOINT ["dumb-init", "--"]\nCMD ["tsx", "watch", "a.ts"]',
    'CMD ["tsx", "watch", "a.ts"]\nENTRYPOINT ["/usr/bin/tini", "--"]',
    'CMD NODE_ENV=development exec npx vite --port 80',
    'CMD ["bash", "-lc", "rails db:migrate && watchexec -r rackup"]',
    'CMD ["bundle", "exec", "watchexec", "x"]',
    'CMD ["poetry", "run", "flask", "--app", "a", "--debug", "run"]',
    'CMD ["python3", "-m", "gunicorn", "a:b", "--reload"]',
    'CMD ["./manage.py", "runserver"]',
    'CMD ["php", "-S", "0.0.0.0:80"]',
    'CMD ["python", "-m", "http.server"]',
    'CMD ["httpd-foreground"]',
    'CMD ["cargo", "watch", "-x", "run"]',
  ])('%s', end => {
    expect(isRestarted(end)).toBe(false)
  })
})

describe('one that does not, or may not, is restarted', () => {
  test.each([
    'CMD ["node", "a.js", "--watch"]',
    'CMD node a.js',
    'CMD ["./serve"]',
    'CMD ["/app/air"]',
    'CMD ["vite", "preview"]',
    'CMD ["vite", "build", "--watch"]',
    'CMD ["next", "start"]',
    'CMD ["flask", "run"]',
    'CMD ["flask", "--debug", "run", "--no-reload"]',
    'CMD ["python", "manage.py", "runserver", "--noreload"]',
    'CMD ["gunicorn", "a:b"]',
    'CMD ["npm", "start"]',
    'CMD ["./entrypoint.sh", "nodemon", "a.js"]',
    'CMD ["nodemon"]\nENTRYPOINT ["node"]',
    'CMD',
    '',
  ])('%s', end => {
    expect(isRestarted(end)).toBe(true)
  })

  test('a command of the base goes when the stage sets an entrypoint', () => {
    const dockerfile = 'FROM node AS base\nCMD ["nodemon"]\nFROM base\nCOPY a.js /app/\nENTRYPOINT ["node"]'
    expect(infer(dockerfile).explain('a.js').at(-1)).toBe(
      'Dockerfile:5 node reads its files once, at start: restart',
    )
  })
})

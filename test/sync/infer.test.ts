import { describe, expect, test } from 'vitest'
import { infer, outcome, type Recipe } from './infer-rig.ts'

interface Case extends Recipe {
  readonly image: string
  readonly dockerfile: string
  /** What each file asks for. */
  readonly expected: Readonly<Record<string, string>>
}

const node: readonly Case[] = [
  {
    image: 'a Node.js service that installs first',
    dockerfile: `FROM node:20-alpine
WORKDIR /app
COPY package*.json ./
RUN npm ci --omit=dev
COPY . .
EXPOSE 3000
USER node
CMD ["node", "src/server.js"]`,
    expected: {
      'src/server.js': '/app/src/server.js, restart',
      'package.json': 'rebuild',
      'package-lock.json': 'rebuild',
      'README.md': '/app/README.md, restart',
      Dockerfile: 'rebuild',
      '.dockerignore': 'rebuild',
    },
  },
  {
    image: 'a Node.js service that copies everything before it installs',
    dockerfile: 'FROM node:20\nWORKDIR /app\nCOPY . .\nRUN npm install\nCMD npm start',
    expected: { 'index.js': 'rebuild', 'package.json': 'rebuild' },
  },
  {
    image: 'one that installs without scripts, which reads only the manifests',
    dockerfile:
      'FROM node:20\nWORKDIR /app\nCOPY . .\nRUN npm ci --ignore-scripts && npm cache clean --force\nCMD node .',
    expected: { 'index.js': '/app/index.js, restart', 'package.json': 'rebuild', '.npmrc': 'rebuild' },
  },
  {
    image: 'node --watch',
    dockerfile: `FROM node:22
WORKDIR /usr/src/app
COPY package.json package-lock.json ./
RUN --mount=type=cache,target=/root/.npm npm ci
COPY src src
COPY public ./public
CMD ["node", "--watch", "src/index.js"]`,
    expected: {
      'src/lib/a.js': '/usr/src/app/src/lib/a.js',
      'public/index.html': '/usr/src/app/public/index.html',
      'test/a.test.js': 'ignored',
      'package.json': 'rebuild',
    },
  },
  {
    image: 'an option of the script, which is none of node’s',
    dockerfile: 'FROM node:22\nCOPY a.js /app/\nCMD ["node", "/app/a.js", "--watch"]',
    expected: { 'a.js': '/app/a.js, restart' },
  },
  {
    image: 'nodemon through npx and tini',
    dockerfile: `FROM node:20
ENV APP_HOME=/srv/app
WORKDIR $APP_HOME
COPY --chown=node:node package.json yarn.lock \${APP_HOME}/
RUN yarn install --frozen-lockfile
COPY --chown=node:node . .
ENTRYPOINT ["/sbin/tini", "--"]
CMD ["npx", "nodemon", "server.js"]`,
    expected: { 'server.js': '/srv/app/server.js', 'yarn.lock': 'rebuild' },
  },
  {
    image: 'the Vite development server',
    dockerfile: `FROM node:20
WORKDIR /app
RUN corepack enable
COPY package.json pnpm-lock.yaml ./
RUN pnpm install
COPY . .
CMD ["pnpm", "exec", "vite", "--host", "0.0.0.0"]`,
    expected: { 'src/App.vue': '/app/src/App.vue', 'vite.config.ts': '/app/vite.config.ts' },
  },
  {
    image: 'a Next.js image for development, by its target',
    target: 'dev',
    dockerfile: `FROM node:20 AS deps
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci

FROM node:20 AS dev
WORKDIR /app
COPY --from=deps /app/node_modules ./node_modules
COPY . .
CMD ["npx", "next", "dev"]

FROM dev AS build
RUN npm run build

FROM node:20 AS production
COPY --from=build /app/.next /app/.next
CMD ["npx", "next", "start"]`,
    expected: { 'pages/index.tsx': '/app/pages/index.tsx', 'package.json': 'rebuild' },
  },
  {
    image: 'the same for production',
    dockerfile: `FROM node:20 AS build
WORKDIR /app
COPY . .
RUN npm ci && npm run build
FROM node:20
WORKDIR /app
COPY --from=build /app/.next ./.next
COPY public ./public
CMD ["node", "server.js"]`,
    expected: { 'pages/index.tsx': 'rebuild', 'public/a.svg': 'rebuild' },
  },
  {
    image: 'a package of a monorepo',
    dockerfile: `FROM node:20
WORKDIR /repo
COPY package.json package-lock.json ./
COPY packages/shared/package.json packages/shared/
COPY packages/api/package.json packages/api/
RUN npm ci
COPY packages/shared packages/shared
COPY packages/api packages/api
WORKDIR /repo/packages/api
CMD ["node", "src/main.js"]`,
    expected: {
      'packages/api/src/main.js': '/repo/packages/api/src/main.js, restart',
      'packages/shared/index.js': '/repo/packages/shared/index.js, restart',
      'packages/api/package.json': 'rebuild',
      'packages/web/index.js': 'ignored',
    },
  },
  {
    image: 'an npm script, of which the Dockerfile does not say what it does',
    dockerfile: 'FROM node:20\nWORKDIR /app\nCOPY . .\nCMD ["npm", "run", "dev"]',
    expected: { 'a.js': '/app/a.js, restart' },
  },
]

const python: readonly Case[] = [
  {
    image: 'a Python service',
    dockerfile: `FROM python:3.12-slim
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
WORKDIR /code
COPY ./requirements.txt /code/requirements.txt
RUN pip install --no-cache-dir --upgrade -r /code/requirements.txt
COPY ./app /code/app
CMD ["python", "app/main.py"]`,
    expected: {
      'app/main.py': '/code/app/main.py, restart',
      'requirements.txt': 'rebuild',
      'tests/a.py': 'ignored',
    },
  },
  {
    image: 'uvicorn with --reload in a shell',
    dockerfile: `FROM python:3.12
ARG PORT=8000
WORKDIR /code
COPY requirements.txt .
RUN pip install -r requirements.txt
COPY . .
CMD exec uvicorn main:app --host 0.0.0.0 --port $PORT --reload`,
    expected: { 'main.py': '/code/main.py' },
  },
  {
    image: 'gunicorn without --reload, after a migration',
    dockerfile: `FROM python:3.12
WORKDIR /app
COPY . /app/
RUN useradd -m app && chown -R app:app /app
USER app
CMD python manage.py migrate && gunicorn shop.wsgi --bind 0.0.0.0:8000`,
    expected: { 'shop/wsgi.py': '/app/shop/wsgi.py, restart' },
  },
  {
    image: 'Flask with its debugger',
    dockerfile:
      'FROM python:3\nWORKDIR /app\nCOPY . .\nENV FLASK_DEBUG=1\nCMD ["python", "-m", "flask", "run"]',
    expected: { 'app.py': '/app/app.py' },
  },
  {
    image: 'Django’s development server behind a script that is made executable',
    files: ['entrypoint.sh'],
    dockerfile: `FROM python:3.12
WORKDIR /app
COPY requirements.txt .
RUN pip install -r requirements.txt
COPY entrypoint.sh /entrypoint.sh
RUN chmod +x /entrypoint.sh
COPY shop shop
COPY manage.py .
CMD ["python", "manage.py", "runserver", "0.0.0.0:8000"]`,
    expected: {
      'shop/views.py': '/app/shop/views.py',
      'entrypoint.sh': 'rebuild',
      'manage.py': '/app/manage.py',
    },
  },
  {
    image: 'one that collects its static files',
    dockerfile:
      'FROM python:3\nWORKDIR /app\nCOPY . .\nRUN python manage.py collectstatic --noinput\nCMD ["gunicorn", "a"]',
    expected: { 'a.py': 'rebuild' },
  },
  {
    image: 'wheels from another stage',
    dockerfile: `FROM python:3.12 AS wheels
COPY requirements.txt .
RUN pip wheel -r requirements.txt -w /wheels
FROM python:3.12-slim
WORKDIR /app
COPY --from=wheels /wheels /wheels
RUN pip install --no-index --find-links=/wheels app-deps
COPY app.py .
CMD ["python3", "app.py"]`,
    expected: { 'app.py': '/app/app.py, restart', 'requirements.txt': 'rebuild' },
  },
  {
    image: 'dependencies through a mount',
    dockerfile: `FROM ghcr.io/astral-sh/uv:python3.12
WORKDIR /app
RUN --mount=type=bind,source=uv.lock,target=uv.lock --mount=type=bind,source=pyproject.toml,target=pyproject.toml uv sync
COPY src /app/src
CMD ["uv", "run", "fastapi", "dev", "src/main.py"]`,
    expected: { 'src/main.py': '/app/src/main.py', 'uv.lock': 'rebuild', 'pyproject.toml': 'rebuild' },
  },
]

const compiled: readonly Case[] = [
  {
    image: 'Go in two stages',
    dockerfile: `FROM golang:1.22 AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
RUN CGO_ENABLED=0 go build -o /out/server ./cmd/server
FROM gcr.io/distroless/static
COPY --from=build /out/server /server
COPY templates /templates
ENTRYPOINT ["/server"]`,
    expected: { 'cmd/server/main.go': 'rebuild', 'go.mod': 'rebuild', 'templates/a.html': 'rebuild' },
  },
  {
    image: 'Go with air',
    dockerfile:
      'FROM golang:1.22\nWORKDIR /src\nRUN go install github.com/air-verse/air@latest\nCOPY go.* ./\nRUN go mod download\nCOPY . .\nCMD ["air", "-c", ".air.toml"]',
    expected: { 'main.go': '/src/main.go', 'go.sum': 'rebuild' },
  },
  {
    image: 'Go, everything copied before the modules are fetched',
    dockerfile: 'FROM golang:1.22\nWORKDIR /src\nCOPY . .\nRUN go mod download\nCMD ["go", "run", "."]',
    expected: { 'main.go': '/src/main.go, restart', 'go.mod': 'rebuild' },
  },
  {
    image: 'Rust with cargo-watch',
    dockerfile:
      'FROM rust:1\nRUN cargo install cargo-watch\nWORKDIR /app\nCOPY . .\nCMD ["cargo", "watch", "-x", "run"]',
    expected: { 'src/main.rs': '/app/src/main.rs' },
  },
  {
    image: 'Rust in two stages',
    dockerfile: `FROM rust:1 AS build
WORKDIR /app
COPY . .
RUN cargo build --release
FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y --no-install-recommends ca-certificates && rm -rf /var/lib/apt/lists/*
COPY --from=build /app/target/release/app /usr/local/bin/
COPY config.toml /etc/app/config.toml
CMD ["app"]`,
    expected: { 'src/main.rs': 'rebuild', 'config.toml': 'rebuild' },
  },
  {
    image: 'a jar that was built outside',
    dockerfile: `FROM eclipse-temurin:21-jre
ARG JAR_FILE=target/app.jar
COPY \${JAR_FILE} app.jar
WORKDIR /opt/app
COPY \${JAR_FILE} app.jar
ENTRYPOINT ["java", "-jar", "/opt/app/app.jar"]`,
    expected: { 'target/app.jar': 'rebuild', 'src/Main.java': 'ignored' },
  },
  {
    image: 'a jar that was built outside, to an absolute path',
    args: { JAR_FILE: 'build/libs/shop.jar' },
    dockerfile: `FROM eclipse-temurin:21-jre
ARG JAR_FILE=target/app.jar
COPY $JAR_FILE /app.jar
ENTRYPOINT ["java", "-jar", "/app.jar"]`,
    expected: { 'build/libs/shop.jar': '/app.jar, restart', 'target/app.jar': 'ignored' },
  },
  {
    image: 'Maven in two stages',
    dockerfile: `FROM maven:3 AS build
WORKDIR /app
COPY pom.xml .
RUN mvn dependency:go-offline
COPY src src
RUN mvn package
FROM eclipse-temurin:21
COPY --from=build /app/target/*.jar /app.jar
CMD ["java", "-jar", "/app.jar"]`,
    expected: { 'src/main/java/A.java': 'rebuild', 'pom.xml': 'rebuild' },
  },
]

const others: readonly Case[] = [
  {
    image: 'PHP behind Apache',
    dockerfile: `FROM php:8.3-apache
RUN docker-php-ext-install pdo_mysql && a2enmod rewrite
COPY vhost.conf /etc/apache2/sites-available/000-default.conf
COPY --chown=www-data:www-data src/ /var/www/html/`,
    expected: {
      'src/index.php': '/var/www/html/index.php',
      'vhost.conf': '/etc/apache2/sites-available/000-default.conf, restart',
    },
  },
  {
    image: 'PHP with Composer from another image',
    dockerfile: `FROM php:8.3-fpm
WORKDIR /var/www
COPY --from=composer:2 /usr/bin/composer /usr/bin/composer
COPY composer.json composer.lock ./
RUN composer install --no-scripts --no-autoloader
COPY . .
CMD ["php-fpm"]`,
    expected: { 'app/Http/a.php': '/var/www/app/Http/a.php', 'composer.json': 'rebuild' },
  },
  {
    image: 'Ruby on Rails',
    dockerfile: `FROM ruby:3.3
RUN apt-get update -qq && apt-get install -y nodejs
WORKDIR /rails
COPY Gemfile Gemfile.lock ./
RUN bundle install
COPY . .
CMD ["bundle", "exec", "rails", "server", "-b", "0.0.0.0"]`,
    expected: { 'app/models/a.rb': '/rails/app/models/a.rb, restart', Gemfile: 'rebuild' },
  },
  {
    image: 'a static site',
    dockerfile:
      'FROM nginx:alpine\nCOPY nginx.conf /etc/nginx/conf.d/default.conf\nCOPY public /usr/share/nginx/html',
    expected: {
      'public/css/a.css': '/usr/share/nginx/html/css/a.css',
      'nginx.conf': '/etc/nginx/conf.d/default.conf, restart',
    },
  },
  {
    image: 'a static site whose page goes to a folder of the base image',
    dockerfile:
      'FROM httpd:2.4\nCOPY index.html /usr/local/apache2/htdocs\nCOPY a.html /usr/local/apache2/htdocs/',
    expected: { 'index.html': 'rebuild', 'a.html': '/usr/local/apache2/htdocs/a.html' },
  },
  {
    image: 'a single-page app that another stage builds',
    dockerfile: `FROM node:20 AS build
WORKDIR /app
COPY . .
RUN npm ci && npm run build
FROM nginx:alpine
COPY --from=build /app/dist /usr/share/nginx/html`,
    expected: { 'src/App.tsx': 'rebuild' },
  },
  {
    image: 'a stage that only carries files',
    dockerfile: `FROM scratch AS sources
COPY site /site
FROM nginx
COPY --from=sources /site/pages /usr/share/nginx/html/`,
    expected: { 'site/pages/a.html': '/usr/share/nginx/html/a.html', 'site/other.html': 'ignored' },
  },
]

describe.each([
  ['Node.js', node],
  ['Python', python],
  ['compiled languages', compiled],
  ['PHP, Ruby and static sites', others],
])('an edit takes the quickest way that is right: %s', (_, cases) => {
  test.each(cases.map(each => [each.image, each] as const))(
    '%s',
    (_image, { dockerfile, expected, ...recipe }) => {
      const inference = infer(dockerfile, recipe)
      const found = Object.fromEntries(Object.keys(expected).map(file => [file, outcome(inference, file)]))
      expect(found).toEqual(expected)
    },
  )
})

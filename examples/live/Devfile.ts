import { defineDevfile, docker } from 'devloop'

export default defineDevfile({
  name: 'live',
  images: {
    // Both are inferred from their Dockerfiles: Node.js starts again, httpd has nothing to do.
    'devloop-examples/live-api': docker({ context: 'api' }),
    'devloop-examples/live-site': docker({ context: 'site' }),
    // Nobody can tell from a Dockerfile that this server reloads its pages: without `then`, it is left running.
    'devloop-examples/live-web': docker({
      context: 'web',
      sync: [{ from: 'web/pages', to: '/app/pages' }],
    }),
  },
  services: {
    api: { manifests: 'k8s/api.yaml', ports: ['8081:http'] },
    site: { manifests: 'k8s/site.yaml', ports: ['8082:http'] },
    web: { manifests: 'k8s/web.yaml', ports: ['8083:http'] },
  },
})

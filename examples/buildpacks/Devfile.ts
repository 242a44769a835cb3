import { buildpacks, defineDevfile } from 'devloop'

export default defineDevfile({
  name: 'buildpacks',
  images: {
    // No Dockerfile: the builder finds package.json, and adds Node.js to it. What it leaves out is in project.toml.
    'devloop-examples/buildpacks': buildpacks({ builder: 'paketobuildpacks/builder-jammy-base', live: true }),
  },
  services: {
    web: { manifests: 'k8s/*.yaml', ports: ['8084:http'] },
  },
})

import { defineDevfile, gradle } from 'devloop'

export default defineDevfile({
  name: 'catalog',
  images: {
    // The default builder's images have no sh, which a compiled class needs to get into the running container.
    'devloop-examples/catalog': gradle({ args: ['--builder=paketobuildpacks/builder-jammy-base'] }),
  },
  services: {
    catalog: { manifests: 'k8s/catalog.yaml', ports: ['9001:svc/catalog:80'] },
  },
  profiles: {
    postgres: {
      services: {
        postgres: { manifests: 'k8s/postgres.yaml', ports: [5432] },
        catalog: { dependsOn: ['postgres'] },
      },
    },
  },
})

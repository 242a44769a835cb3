import { defineDevfile, gradle } from 'devloop'

export default defineDevfile({
  name: 'catalog',
  images: {
    // What -Plive does is in build.gradle.
    'devloop-examples/catalog': gradle({ args: ['-Plive'] }),
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

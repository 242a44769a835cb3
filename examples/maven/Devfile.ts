import { defineDevfile, maven } from 'devloop'

export default defineDevfile({
  name: 'greeting',
  // What the profile does is in pom.xml.
  images: { 'devloop-examples/greeting': maven({ args: ['-Plive'] }) },
  services: { greeting: { ports: ['9002:http'] } },
})

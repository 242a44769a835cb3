/** How to come to a local cluster on a machine that cannot run the sandbox. */
export function howToGetCluster(platform: NodeJS.Platform): string {
  const [kind, minikube] = installations(platform)
  return `get a cluster: ${kind}, then \`kind create cluster\` (with Docker), or ${minikube}, then \`minikube start\`; then \`devloop up\`.`
}

function installations(platform: NodeJS.Platform): readonly [string, string] {
  switch (platform) {
    case 'win32':
      return ['`winget install Kubernetes.kind`', '`winget install Kubernetes.minikube`']
    case 'darwin':
      return ['`brew install kind`', '`brew install minikube`']
    default:
      return [
        'kind (https://kind.sigs.k8s.io/docs/user/quick-start)',
        'minikube (https://minikube.sigs.k8s.io/docs/start)',
      ]
  }
}

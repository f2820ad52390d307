/** What a pod knows of itself, by the variables that manifests commonly fill from the downward API. */
import { firstSet } from '../options/environment.ts'
import type { Environment } from '../options/environment.ts'

/** Names that say by themselves that this is a pod. */
const VARIABLES = {
  'k8s.pod.name': ['POD_NAME', 'K8S_POD_NAME', 'MY_POD_NAME', 'KUBERNETES_POD_NAME'],
  'k8s.pod.uid': ['POD_UID', 'K8S_POD_UID', 'MY_POD_UID', 'KUBERNETES_POD_UID'],
  'k8s.namespace.name': [
    'POD_NAMESPACE',
    'K8S_NAMESPACE_NAME',
    'K8S_NAMESPACE',
    'K8S_POD_NAMESPACE',
    'MY_POD_NAMESPACE',
    'KUBERNETES_NAMESPACE',
  ],
  'k8s.node.name': ['K8S_NODE_NAME', 'MY_NODE_NAME', 'KUBERNETES_NODE_NAME'],
  'k8s.container.name': ['K8S_CONTAINER_NAME'],
  'k8s.cluster.name': ['K8S_CLUSTER_NAME'],
  'k8s.workload.name': ['K8S_WORKLOAD_NAME'],
}

/** Names that mean something else elsewhere: Jenkins has a NODE_NAME, every shell a HOSTNAME. */
const VARIABLES_IN_A_CLUSTER = {
  'k8s.pod.name': ['HOSTNAME'],
  'k8s.node.name': ['NODE_NAME'],
  'k8s.container.name': ['CONTAINER_NAME'],
}

export function kubernetesAttributes(environment: Environment): Record<string, string> {
  const attributes = firstOfEach(environment, VARIABLES)
  const isInCluster = environment['KUBERNETES_SERVICE_HOST'] !== undefined || Object.keys(attributes).length > 0
  return isInCluster ? { ...firstOfEach(environment, VARIABLES_IN_A_CLUSTER), ...attributes } : {}
}

function firstOfEach(
  environment: Environment,
  variables: Readonly<Record<string, readonly string[]>>,
): Record<string, string> {
  const attributes: Record<string, string> = {}
  for (const [name, candidates] of Object.entries(variables)) {
    const found = firstSet(environment, candidates)
    if (found !== undefined) attributes[name] = found.value
  }
  return attributes
}

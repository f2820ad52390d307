import { describe, expect, it } from 'vitest'
import { kubernetesAttributes } from '../../../packages/core/src/enrichment/kubernetes.ts'

describe('a pod', () => {
  it('is told by the usual variables of the downward API', () => {
    const environment = { POD_NAME: 'orders-7c9f', POD_NAMESPACE: 'shop', NODE_NAME: 'node-3', POD_UID: 'u-1' }
    expect(kubernetesAttributes(environment)).toEqual({
      'k8s.pod.name': 'orders-7c9f',
      'k8s.namespace.name': 'shop',
      'k8s.node.name': 'node-3',
      'k8s.pod.uid': 'u-1',
    })
  })

  it('is told by variables that begin with K8S_', () => {
    const environment = {
      K8S_POD_NAME: 'orders-7c9f',
      K8S_NAMESPACE: 'shop',
      K8S_NODE_NAME: 'node-3',
      K8S_CONTAINER_NAME: 'app',
      K8S_CLUSTER_NAME: 'blue',
    }
    expect(kubernetesAttributes(environment)).toEqual({
      'k8s.pod.name': 'orders-7c9f',
      'k8s.namespace.name': 'shop',
      'k8s.node.name': 'node-3',
      'k8s.container.name': 'app',
      'k8s.cluster.name': 'blue',
    })
  })

  it('has its name in HOSTNAME inside of a cluster, and only there', () => {
    expect(kubernetesAttributes({ KUBERNETES_SERVICE_HOST: '10.0.0.1', HOSTNAME: 'orders-7c9f' })).toEqual({
      'k8s.pod.name': 'orders-7c9f',
    })
    expect(kubernetesAttributes({ HOSTNAME: 'laptop' })).toEqual({})
  })

  it('is not seen in a node of Jenkins', () => {
    expect(kubernetesAttributes({ NODE_NAME: 'built-in', CONTAINER_NAME: 'x' })).toEqual({})
  })

  it('believes its own name rather than HOSTNAME', () => {
    const environment = { KUBERNETES_SERVICE_HOST: '10.0.0.1', HOSTNAME: 'changed', POD_NAME: 'orders-7c9f' }
    expect(kubernetesAttributes(environment)).toEqual({ 'k8s.pod.name': 'orders-7c9f' })
  })
})

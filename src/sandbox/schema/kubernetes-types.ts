/** Written by `generate.ts` from the schemas of Kubernetes 1.32, and read by `built-in-types.ts`. */
export const kubernetesTypes = `
apiextensions.v1.CustomResourceColumnDefinition
 description string
 format string
 jsonPath! string
 name! string
 priority integer
 type! string
apiextensions.v1.CustomResourceConversion
 strategy! string
 webhook apiextensions.v1.WebhookConversion
apiextensions.v1.CustomResourceDefinition
 apiVersion string
 kind string
 metadata meta.v1.ObjectMeta
 spec! apiextensions.v1.CustomResourceDefinitionSpec
 status apiextensions.v1.CustomResourceDefinitionStatus
apiextensions.v1.CustomResourceDefinitionCondition
 lastTransitionTime time
 message string
 reason string
 status! string
 type! string
apiextensions.v1.CustomResourceDefinitionNames
 categories list[string]
 kind! string
 listKind string
 plural! string
 shortNames list[string]
 singular string
apiextensions.v1.CustomResourceDefinitionSpec
 conversion apiextensions.v1.CustomResourceConversion
 group! string
 names! apiextensions.v1.CustomResourceDefinitionNames
 preserveUnknownFields boolean
 scope! string
 versions! list[apiextensions.v1.CustomResourceDefinitionVersion]
apiextensions.v1.CustomResourceDefinitionStatus
 acceptedNames apiextensions.v1.CustomResourceDefinitionNames
 conditions list[apiextensions.v1.CustomResourceDefinitionCondition]
 storedVersions list[string]
apiextensions.v1.CustomResourceDefinitionVersion
 additionalPrinterColumns list[apiextensions.v1.CustomResourceColumnDefinition]
 deprecated boolean
 deprecationWarning string
 name! string
 schema apiextensions.v1.CustomResourceValidation
 served! boolean
 storage! boolean
 subresources apiextensions.v1.CustomResourceSubresources
apiextensions.v1.CustomResourceSubresourceScale
 labelSelectorPath string
 specReplicasPath! string
 statusReplicasPath! string
apiextensions.v1.CustomResourceSubresourceStatus
apiextensions.v1.CustomResourceSubresources
 scale apiextensions.v1.CustomResourceSubresourceScale
 status apiextensions.v1.CustomResourceSubresourceStatus
apiextensions.v1.CustomResourceValidation
 openAPIV3Schema apiextensions.v1.JSONSchemaProps
apiextensions.v1.ExternalDocumentation
 description string
 url string
apiextensions.v1.JSONSchemaProps
 $ref string
 $schema string
 additionalItems any
 additionalProperties any
 allOf list[apiextensions.v1.JSONSchemaProps]
 anyOf list[apiextensions.v1.JSONSchemaProps]
 default any
 definitions object[apiextensions.v1.JSONSchemaProps]
 dependencies object[any]
 description string
 enum list[any]
 example any
 exclusiveMaximum boolean
 exclusiveMinimum boolean
 externalDocs apiextensions.v1.ExternalDocumentation
 format string
 id string
 items any
 maxItems integer
 maxLength integer
 maxProperties integer
 maximum number
 minItems integer
 minLength integer
 minProperties integer
 minimum number
 multipleOf number
 not apiextensions.v1.JSONSchemaProps
 nullable boolean
 oneOf list[apiextensions.v1.JSONSchemaProps]
 pattern string
 patternProperties object[apiextensions.v1.JSONSchemaProps]
 properties object[apiextensions.v1.JSONSchemaProps]
 required list[string]
 title string
 type string
 uniqueItems boolean
 x-kubernetes-embedded-resource boolean
 x-kubernetes-int-or-string boolean
 x-kubernetes-list-map-keys list[string]
 x-kubernetes-list-type string
 x-kubernetes-map-type string
 x-kubernetes-preserve-unknown-fields boolean
apiextensions.v1.ServiceReference
 name! string
 namespace! string
 path string
 port integer
apiextensions.v1.WebhookClientConfig
 caBundle string
 service apiextensions.v1.ServiceReference
 url string
apiextensions.v1.WebhookConversion
 clientConfig apiextensions.v1.WebhookClientConfig
 conversionReviewVersions! list[string]
apps.v1.ControllerRevision
 apiVersion string
 data any
 kind string
 metadata meta.v1.ObjectMeta
 revision! integer
apps.v1.DaemonSet
 apiVersion string
 kind string
 metadata meta.v1.ObjectMeta
 spec apps.v1.DaemonSetSpec
 status apps.v1.DaemonSetStatus
apps.v1.DaemonSetCondition
 lastTransitionTime time
 message string
 reason string
 status! string
 type! string
apps.v1.DaemonSetSpec
 minReadySeconds integer
 revisionHistoryLimit integer
 selector! meta.v1.LabelSelector
 template! core.v1.PodTemplateSpec
 updateStrategy apps.v1.DaemonSetUpdateStrategy
apps.v1.DaemonSetStatus
 collisionCount integer
 conditions map:type[apps.v1.DaemonSetCondition] ~type
 currentNumberScheduled! integer
 desiredNumberScheduled! integer
 numberAvailable integer
 numberMisscheduled! integer
 numberReady! integer
 numberUnavailable integer
 observedGeneration integer
 updatedNumberScheduled integer
apps.v1.DaemonSetUpdateStrategy
 rollingUpdate apps.v1.RollingUpdateDaemonSet
 type string
apps.v1.Deployment
 apiVersion string
 kind string
 metadata meta.v1.ObjectMeta
 spec apps.v1.DeploymentSpec
 status apps.v1.DeploymentStatus
apps.v1.DeploymentCondition
 lastTransitionTime time
 lastUpdateTime time
 message string
 reason string
 status! string
 type! string
apps.v1.DeploymentSpec
 minReadySeconds integer
 paused boolean
 progressDeadlineSeconds integer
 replicas integer
 revisionHistoryLimit integer
 selector! meta.v1.LabelSelector
 strategy apps.v1.DeploymentStrategy retain
 template! core.v1.PodTemplateSpec
apps.v1.DeploymentStatus
 availableReplicas integer
 collisionCount integer
 conditions map:type[apps.v1.DeploymentCondition] ~type
 observedGeneration integer
 readyReplicas integer
 replicas integer
 unavailableReplicas integer
 updatedReplicas integer
apps.v1.DeploymentStrategy
 rollingUpdate apps.v1.RollingUpdateDeployment
 type string
apps.v1.ReplicaSet
 apiVersion string
 kind string
 metadata meta.v1.ObjectMeta
 spec apps.v1.ReplicaSetSpec
 status apps.v1.ReplicaSetStatus
apps.v1.ReplicaSetCondition
 lastTransitionTime time
 message string
 reason string
 status! string
 type! string
apps.v1.ReplicaSetSpec
 minReadySeconds integer
 replicas integer
 selector! meta.v1.LabelSelector
 template core.v1.PodTemplateSpec
apps.v1.ReplicaSetStatus
 availableReplicas integer
 conditions map:type[apps.v1.ReplicaSetCondition] ~type
 fullyLabeledReplicas integer
 observedGeneration integer
 readyReplicas integer
 replicas! integer
apps.v1.RollingUpdateDaemonSet
 maxSurge int-or-string
 maxUnavailable int-or-string
apps.v1.RollingUpdateDeployment
 maxSurge int-or-string
 maxUnavailable int-or-string
apps.v1.RollingUpdateStatefulSetStrategy
 maxUnavailable int-or-string
 partition integer
apps.v1.StatefulSet
 apiVersion string
 kind string
 metadata meta.v1.ObjectMeta
 spec apps.v1.StatefulSetSpec
 status apps.v1.StatefulSetStatus
apps.v1.StatefulSetCondition
 lastTransitionTime time
 message string
 reason string
 status! string
 type! string
apps.v1.StatefulSetOrdinals
 start integer
apps.v1.StatefulSetPersistentVolumeClaimRetentionPolicy
 whenDeleted string
 whenScaled string
apps.v1.StatefulSetSpec
 minReadySeconds integer
 ordinals apps.v1.StatefulSetOrdinals
 persistentVolumeClaimRetentionPolicy apps.v1.StatefulSetPersistentVolumeClaimRetentionPolicy
 podManagementPolicy string
 replicas integer
 revisionHistoryLimit integer
 selector! meta.v1.LabelSelector
 serviceName! string
 template! core.v1.PodTemplateSpec
 updateStrategy apps.v1.StatefulSetUpdateStrategy
 volumeClaimTemplates list[core.v1.PersistentVolumeClaim]
apps.v1.StatefulSetStatus
 availableReplicas integer
 collisionCount integer
 conditions map:type[apps.v1.StatefulSetCondition] ~type
 currentReplicas integer
 currentRevision string
 observedGeneration integer
 readyReplicas integer
 replicas! integer
 updateRevision string
 updatedReplicas integer
apps.v1.StatefulSetUpdateStrategy
 rollingUpdate apps.v1.RollingUpdateStatefulSetStrategy
 type string
autoscaling.v1.CrossVersionObjectReference atomic
 apiVersion string
 kind! string
 name! string
autoscaling.v1.HorizontalPodAutoscaler
 apiVersion string
 kind string
 metadata meta.v1.ObjectMeta
 spec autoscaling.v1.HorizontalPodAutoscalerSpec
 status autoscaling.v1.HorizontalPodAutoscalerStatus
autoscaling.v1.HorizontalPodAutoscalerSpec
 maxReplicas! integer
 minReplicas integer
 scaleTargetRef! autoscaling.v1.CrossVersionObjectReference
 targetCPUUtilizationPercentage integer
autoscaling.v1.HorizontalPodAutoscalerStatus
 currentCPUUtilizationPercentage integer
 currentReplicas! integer
 desiredReplicas! integer
 lastScaleTime time
 observedGeneration integer
autoscaling.v2.ContainerResourceMetricSource
 container string
 name string
 target autoscaling.v2.MetricTarget
autoscaling.v2.ContainerResourceMetricStatus
 container string
 current autoscaling.v2.MetricValueStatus
 name string
autoscaling.v2.CrossVersionObjectReference
 apiVersion string
 kind string
 name string
autoscaling.v2.ExternalMetricSource
 metric autoscaling.v2.MetricIdentifier
 target autoscaling.v2.MetricTarget
autoscaling.v2.ExternalMetricStatus
 current autoscaling.v2.MetricValueStatus
 metric autoscaling.v2.MetricIdentifier
autoscaling.v2.HPAScalingPolicy
 periodSeconds integer
 type string
 value integer
autoscaling.v2.HPAScalingRules
 policies list[autoscaling.v2.HPAScalingPolicy]
 selectPolicy string
 stabilizationWindowSeconds integer
autoscaling.v2.HorizontalPodAutoscaler
 apiVersion string
 kind string
 metadata meta.v1.ObjectMeta
 spec autoscaling.v2.HorizontalPodAutoscalerSpec
 status autoscaling.v2.HorizontalPodAutoscalerStatus
autoscaling.v2.HorizontalPodAutoscalerBehavior
 scaleDown autoscaling.v2.HPAScalingRules
 scaleUp autoscaling.v2.HPAScalingRules
autoscaling.v2.HorizontalPodAutoscalerCondition
 lastTransitionTime time
 message string
 reason string
 status string
 type string
autoscaling.v2.HorizontalPodAutoscalerSpec
 behavior autoscaling.v2.HorizontalPodAutoscalerBehavior
 maxReplicas integer
 metrics list[autoscaling.v2.MetricSpec]
 minReplicas integer
 scaleTargetRef autoscaling.v2.CrossVersionObjectReference
autoscaling.v2.HorizontalPodAutoscalerStatus
 conditions map:type[autoscaling.v2.HorizontalPodAutoscalerCondition]
 currentMetrics list[autoscaling.v2.MetricStatus]
 currentReplicas integer
 desiredReplicas integer
 lastScaleTime time
 observedGeneration integer
autoscaling.v2.MetricIdentifier
 name string
 selector meta.v1.LabelSelector
autoscaling.v2.MetricSpec
 containerResource autoscaling.v2.ContainerResourceMetricSource
 external autoscaling.v2.ExternalMetricSource
 object autoscaling.v2.ObjectMetricSource
 pods autoscaling.v2.PodsMetricSource
 resource autoscaling.v2.ResourceMetricSource
 type string
autoscaling.v2.MetricStatus
 containerResource autoscaling.v2.ContainerResourceMetricStatus
 external autoscaling.v2.ExternalMetricStatus
 object autoscaling.v2.ObjectMetricStatus
 pods autoscaling.v2.PodsMetricStatus
 resource autoscaling.v2.ResourceMetricStatus
 type string
autoscaling.v2.MetricTarget
 averageUtilization integer
 averageValue quantity
 type string
 value quantity
autoscaling.v2.MetricValueStatus
 averageUtilization integer
 averageValue quantity
 value quantity
autoscaling.v2.ObjectMetricSource
 describedObject autoscaling.v2.CrossVersionObjectReference
 metric autoscaling.v2.MetricIdentifier
 target autoscaling.v2.MetricTarget
autoscaling.v2.ObjectMetricStatus
 current autoscaling.v2.MetricValueStatus
 describedObject autoscaling.v2.CrossVersionObjectReference
 metric autoscaling.v2.MetricIdentifier
autoscaling.v2.PodsMetricSource
 metric autoscaling.v2.MetricIdentifier
 target autoscaling.v2.MetricTarget
autoscaling.v2.PodsMetricStatus
 current autoscaling.v2.MetricValueStatus
 metric autoscaling.v2.MetricIdentifier
autoscaling.v2.ResourceMetricSource
 name string
 target autoscaling.v2.MetricTarget
autoscaling.v2.ResourceMetricStatus
 current autoscaling.v2.MetricValueStatus
 name string
batch.v1.CronJob
 apiVersion string
 kind string
 metadata meta.v1.ObjectMeta
 spec batch.v1.CronJobSpec
 status batch.v1.CronJobStatus
batch.v1.CronJobSpec
 concurrencyPolicy string
 failedJobsHistoryLimit integer
 jobTemplate! batch.v1.JobTemplateSpec
 schedule! string
 startingDeadlineSeconds integer
 successfulJobsHistoryLimit integer
 suspend boolean
 timeZone string
batch.v1.CronJobStatus
 active list[core.v1.ObjectReference]
 lastScheduleTime time
 lastSuccessfulTime time
batch.v1.Job
 apiVersion string
 kind string
 metadata meta.v1.ObjectMeta
 spec batch.v1.JobSpec
 status batch.v1.JobStatus
batch.v1.JobCondition
 lastProbeTime time
 lastTransitionTime time
 message string
 reason string
 status! string
 type! string
batch.v1.JobSpec
 activeDeadlineSeconds integer
 backoffLimit integer
 backoffLimitPerIndex integer
 completionMode string
 completions integer
 managedBy string
 manualSelector boolean
 maxFailedIndexes integer
 parallelism integer
 podFailurePolicy batch.v1.PodFailurePolicy
 podReplacementPolicy string
 selector meta.v1.LabelSelector
 successPolicy batch.v1.SuccessPolicy
 suspend boolean
 template! core.v1.PodTemplateSpec
 ttlSecondsAfterFinished integer
batch.v1.JobStatus
 active integer
 completedIndexes string
 completionTime time
 conditions list[batch.v1.JobCondition] ~type
 failed integer
 failedIndexes string
 ready integer
 startTime time
 succeeded integer
 terminating integer
 uncountedTerminatedPods batch.v1.UncountedTerminatedPods
batch.v1.JobTemplateSpec
 metadata meta.v1.ObjectMeta
 spec batch.v1.JobSpec
batch.v1.PodFailurePolicy
 rules list[batch.v1.PodFailurePolicyRule]
batch.v1.PodFailurePolicyOnExitCodesRequirement
 containerName string
 operator string
 values set[integer]
batch.v1.PodFailurePolicyOnPodConditionsPattern
 status string
 type string
batch.v1.PodFailurePolicyRule
 action string
 onExitCodes batch.v1.PodFailurePolicyOnExitCodesRequirement
 onPodConditions list[batch.v1.PodFailurePolicyOnPodConditionsPattern]
batch.v1.SuccessPolicy
 rules list[batch.v1.SuccessPolicyRule]
batch.v1.SuccessPolicyRule
 succeededCount integer
 succeededIndexes string
batch.v1.UncountedTerminatedPods
 failed set[string]
 succeeded set[string]
coordination.v1.Lease
 apiVersion string
 kind string
 metadata meta.v1.ObjectMeta
 spec coordination.v1.LeaseSpec
coordination.v1.LeaseSpec
 acquireTime time
 holderIdentity string
 leaseDurationSeconds integer
 leaseTransitions integer
 preferredHolder string
 renewTime time
 strategy string
core.v1.AWSElasticBlockStoreVolumeSource
 fsType string
 partition integer
 readOnly boolean
 volumeID! string
core.v1.Affinity
 nodeAffinity core.v1.NodeAffinity
 podAffinity core.v1.PodAffinity
 podAntiAffinity core.v1.PodAntiAffinity
core.v1.AppArmorProfile
 localhostProfile string
 type string
core.v1.AttachedVolume
 devicePath! string
 name! string
core.v1.AzureDiskVolumeSource
 cachingMode string =ReadWrite
 diskName! string
 diskURI! string
 fsType string =ext4
 kind string =Shared
 readOnly boolean =false
core.v1.AzureFilePersistentVolumeSource
 readOnly boolean
 secretName! string
 secretNamespace string
 shareName! string
core.v1.AzureFileVolumeSource
 readOnly boolean
 secretName! string
 shareName! string
core.v1.CSIPersistentVolumeSource
 controllerExpandSecretRef core.v1.SecretReference
 controllerPublishSecretRef core.v1.SecretReference
 driver! string
 fsType string
 nodeExpandSecretRef core.v1.SecretReference
 nodePublishSecretRef core.v1.SecretReference
 nodeStageSecretRef core.v1.SecretReference
 readOnly boolean
 volumeAttributes object[string]
 volumeHandle! string
core.v1.CSIVolumeSource
 driver! string
 fsType string
 nodePublishSecretRef core.v1.LocalObjectReference
 readOnly boolean
 volumeAttributes object[string]
core.v1.Capabilities
 add list[string]
 drop list[string]
core.v1.CephFSPersistentVolumeSource
 monitors! list[string]
 path string
 readOnly boolean
 secretFile string
 secretRef core.v1.SecretReference
 user string
core.v1.CephFSVolumeSource
 monitors! list[string]
 path string
 readOnly boolean
 secretFile string
 secretRef core.v1.LocalObjectReference
 user string
core.v1.CinderPersistentVolumeSource
 fsType string
 readOnly boolean
 secretRef core.v1.SecretReference
 volumeID! string
core.v1.CinderVolumeSource
 fsType string
 readOnly boolean
 secretRef core.v1.LocalObjectReference
 volumeID! string
core.v1.ClientIPConfig
 timeoutSeconds integer
core.v1.ClusterTrustBundleProjection
 labelSelector meta.v1.LabelSelector
 name string
 optional boolean
 path string
 signerName string
core.v1.ConfigMap
 apiVersion string
 binaryData object[string]
 data object[string]
 immutable boolean
 kind string
 metadata meta.v1.ObjectMeta
core.v1.ConfigMapEnvSource
 name string
 optional boolean
core.v1.ConfigMapKeySelector atomic
 key! string
 name string
 optional boolean
core.v1.ConfigMapNodeConfigSource
 kubeletConfigKey! string
 name! string
 namespace! string
 resourceVersion string
 uid string
core.v1.ConfigMapProjection
 items list[core.v1.KeyToPath]
 name string
 optional boolean
core.v1.ConfigMapVolumeSource
 defaultMode integer
 items list[core.v1.KeyToPath]
 name string
 optional boolean
core.v1.Container
 args list[string]
 command list[string]
 env map:name[core.v1.EnvVar] ~name
 envFrom list[core.v1.EnvFromSource]
 image string
 imagePullPolicy string
 lifecycle core.v1.Lifecycle
 livenessProbe core.v1.Probe
 name! string
 ports map:containerPort,protocol[core.v1.ContainerPort] ~containerPort
 readinessProbe core.v1.Probe
 resizePolicy list[core.v1.ContainerResizePolicy]
 resources core.v1.ResourceRequirements
 restartPolicy string
 securityContext core.v1.SecurityContext
 startupProbe core.v1.Probe
 stdin boolean
 stdinOnce boolean
 terminationMessagePath string
 terminationMessagePolicy string
 tty boolean
 volumeDevices map:devicePath[core.v1.VolumeDevice] ~devicePath
 volumeMounts map:mountPath[core.v1.VolumeMount] ~mountPath
 workingDir string
core.v1.ContainerImage
 names! list[string]
 sizeBytes integer
core.v1.ContainerPort
 containerPort! integer
 hostIP string
 hostPort integer
 name string
 protocol string =TCP
core.v1.ContainerResizePolicy
 resourceName string
 restartPolicy string
core.v1.ContainerState
 running core.v1.ContainerStateRunning
 terminated core.v1.ContainerStateTerminated
 waiting core.v1.ContainerStateWaiting
core.v1.ContainerStateRunning
 startedAt time
core.v1.ContainerStateTerminated
 containerID string
 exitCode! integer
 finishedAt time
 message string
 reason string
 signal integer
 startedAt time
core.v1.ContainerStateWaiting
 message string
 reason string
core.v1.ContainerStatus
 allocatedResources object[quantity]
 allocatedResourcesStatus map:name[core.v1.ResourceStatus]
 containerID string
 image! string
 imageID! string
 lastState core.v1.ContainerState
 name! string
 ready! boolean =false
 resources core.v1.ResourceRequirements
 restartCount! integer
 started boolean
 state core.v1.ContainerState
 user core.v1.ContainerUser
 volumeMounts map:mountPath[core.v1.VolumeMountStatus]
core.v1.ContainerUser
 linux core.v1.LinuxContainerUser
core.v1.DaemonEndpoint
 Port! integer
core.v1.DownwardAPIProjection
 items list[core.v1.DownwardAPIVolumeFile]
core.v1.DownwardAPIVolumeFile
 fieldRef core.v1.ObjectFieldSelector
 mode integer
 path! string
 resourceFieldRef core.v1.ResourceFieldSelector
core.v1.DownwardAPIVolumeSource
 defaultMode integer
 items list[core.v1.DownwardAPIVolumeFile]
core.v1.EmptyDirVolumeSource
 medium string
 sizeLimit quantity
core.v1.EndpointAddress atomic
 hostname string
 ip! string
 nodeName string
 targetRef core.v1.ObjectReference
core.v1.EndpointPort atomic
 appProtocol string
 name string
 port! integer
 protocol string
core.v1.EndpointSubset
 addresses list[core.v1.EndpointAddress]
 notReadyAddresses list[core.v1.EndpointAddress]
 ports list[core.v1.EndpointPort]
core.v1.Endpoints
 apiVersion string
 kind string
 metadata meta.v1.ObjectMeta
 subsets list[core.v1.EndpointSubset]
core.v1.EnvFromSource
 configMapRef core.v1.ConfigMapEnvSource
 prefix string
 secretRef core.v1.SecretEnvSource
core.v1.EnvVar
 name! string
 value string
 valueFrom core.v1.EnvVarSource
core.v1.EnvVarSource
 configMapKeyRef core.v1.ConfigMapKeySelector
 fieldRef core.v1.ObjectFieldSelector
 resourceFieldRef core.v1.ResourceFieldSelector
 secretKeyRef core.v1.SecretKeySelector
core.v1.EphemeralContainer
 args list[string]
 command list[string]
 env map:name[core.v1.EnvVar] ~name
 envFrom list[core.v1.EnvFromSource]
 image string
 imagePullPolicy string
 lifecycle core.v1.Lifecycle
 livenessProbe core.v1.Probe
 name! string
 ports map:containerPort,protocol[core.v1.ContainerPort]
 readinessProbe core.v1.Probe
 resizePolicy list[core.v1.ContainerResizePolicy]
 resources core.v1.ResourceRequirements
 restartPolicy string
 securityContext core.v1.SecurityContext
 startupProbe core.v1.Probe
 stdin boolean
 stdinOnce boolean
 targetContainerName string
 terminationMessagePath string
 terminationMessagePolicy string
 tty boolean
 volumeDevices map:devicePath[core.v1.VolumeDevice] ~devicePath
 volumeMounts map:mountPath[core.v1.VolumeMount] ~mountPath
 workingDir string
core.v1.EphemeralVolumeSource
 volumeClaimTemplate core.v1.PersistentVolumeClaimTemplate
core.v1.Event
 action string
 apiVersion string
 count integer
 eventTime time
 firstTimestamp time
 involvedObject! core.v1.ObjectReference
 kind string
 lastTimestamp time
 message string
 metadata! meta.v1.ObjectMeta
 reason string
 related core.v1.ObjectReference
 reportingComponent string
 reportingInstance string
 series core.v1.EventSeries
 source core.v1.EventSource
 type string
core.v1.EventSeries
 count integer
 lastObservedTime time
core.v1.EventSource
 component string
 host string
core.v1.ExecAction
 command list[string]
core.v1.FCVolumeSource
 fsType string
 lun integer
 readOnly boolean
 targetWWNs list[string]
 wwids list[string]
core.v1.FlexPersistentVolumeSource
 driver! string
 fsType string
 options object[string]
 readOnly boolean
 secretRef core.v1.SecretReference
core.v1.FlexVolumeSource
 driver! string
 fsType string
 options object[string]
 readOnly boolean
 secretRef core.v1.LocalObjectReference
core.v1.FlockerVolumeSource
 datasetName string
 datasetUUID string
core.v1.GCEPersistentDiskVolumeSource
 fsType string
 partition integer
 pdName! string
 readOnly boolean
core.v1.GRPCAction
 port integer
 service string
core.v1.GitRepoVolumeSource
 directory string
 repository! string
 revision string
core.v1.GlusterfsPersistentVolumeSource
 endpoints! string
 endpointsNamespace string
 path! string
 readOnly boolean
core.v1.GlusterfsVolumeSource
 endpoints! string
 path! string
 readOnly boolean
core.v1.HTTPGetAction
 host string
 httpHeaders list[core.v1.HTTPHeader]
 path string
 port! int-or-string
 scheme string
core.v1.HTTPHeader
 name! string
 value! string
core.v1.HostAlias
 hostnames list[string]
 ip string
core.v1.HostIP
 ip string
core.v1.HostPathVolumeSource
 path! string
 type string
core.v1.ISCSIPersistentVolumeSource
 chapAuthDiscovery boolean
 chapAuthSession boolean
 fsType string
 initiatorName string
 iqn! string
 iscsiInterface string =default
 lun! integer
 portals list[string]
 readOnly boolean
 secretRef core.v1.SecretReference
 targetPortal! string
core.v1.ISCSIVolumeSource
 chapAuthDiscovery boolean
 chapAuthSession boolean
 fsType string
 initiatorName string
 iqn! string
 iscsiInterface string =default
 lun! integer
 portals list[string]
 readOnly boolean
 secretRef core.v1.LocalObjectReference
 targetPortal! string
core.v1.ImageVolumeSource
 pullPolicy string
 reference string
core.v1.KeyToPath
 key! string
 mode integer
 path! string
core.v1.Lifecycle
 postStart core.v1.LifecycleHandler
 preStop core.v1.LifecycleHandler
core.v1.LifecycleHandler
 exec core.v1.ExecAction
 httpGet core.v1.HTTPGetAction
 sleep core.v1.SleepAction
 tcpSocket core.v1.TCPSocketAction
core.v1.LimitRange
 apiVersion string
 kind string
 metadata meta.v1.ObjectMeta
 spec core.v1.LimitRangeSpec
core.v1.LimitRangeItem
 default object[quantity]
 defaultRequest object[quantity]
 max object[quantity]
 maxLimitRequestRatio object[quantity]
 min object[quantity]
 type! string
core.v1.LimitRangeSpec
 limits! list[core.v1.LimitRangeItem]
core.v1.LinuxContainerUser
 gid integer
 supplementalGroups list[integer]
 uid integer
core.v1.LoadBalancerIngress
 hostname string
 ip string
 ipMode string
 ports list[core.v1.PortStatus]
core.v1.LoadBalancerStatus
 ingress list[core.v1.LoadBalancerIngress]
core.v1.LocalObjectReference atomic
 name string
core.v1.LocalVolumeSource
 fsType string
 path! string
core.v1.ModifyVolumeStatus
 status string
 targetVolumeAttributesClassName string
core.v1.NFSVolumeSource
 path! string
 readOnly boolean
 server! string
core.v1.Namespace
 apiVersion string
 kind string
 metadata meta.v1.ObjectMeta
 spec core.v1.NamespaceSpec
 status core.v1.NamespaceStatus
core.v1.NamespaceCondition
 lastTransitionTime time
 message string
 reason string
 status! string
 type! string
core.v1.NamespaceSpec
 finalizers list[string]
core.v1.NamespaceStatus
 conditions map:type[core.v1.NamespaceCondition] ~type
 phase string
core.v1.Node
 apiVersion string
 kind string
 metadata meta.v1.ObjectMeta
 spec core.v1.NodeSpec
 status core.v1.NodeStatus
core.v1.NodeAddress
 address! string
 type! string
core.v1.NodeAffinity
 preferredDuringSchedulingIgnoredDuringExecution list[core.v1.PreferredSchedulingTerm]
 requiredDuringSchedulingIgnoredDuringExecution core.v1.NodeSelector
core.v1.NodeCondition
 lastHeartbeatTime time
 lastTransitionTime time
 message string
 reason string
 status! string
 type! string
core.v1.NodeConfigSource
 configMap core.v1.ConfigMapNodeConfigSource
core.v1.NodeConfigStatus
 active core.v1.NodeConfigSource
 assigned core.v1.NodeConfigSource
 error string
 lastKnownGood core.v1.NodeConfigSource
core.v1.NodeDaemonEndpoints
 kubeletEndpoint core.v1.DaemonEndpoint
core.v1.NodeFeatures
 supplementalGroupsPolicy boolean
core.v1.NodeRuntimeHandler
 features core.v1.NodeRuntimeHandlerFeatures
 name string
core.v1.NodeRuntimeHandlerFeatures
 recursiveReadOnlyMounts boolean
 userNamespaces boolean
core.v1.NodeSelector atomic
 nodeSelectorTerms! list[core.v1.NodeSelectorTerm]
core.v1.NodeSelectorRequirement
 key! string
 operator! string
 values list[string]
core.v1.NodeSelectorTerm atomic
 matchExpressions list[core.v1.NodeSelectorRequirement]
 matchFields list[core.v1.NodeSelectorRequirement]
core.v1.NodeSpec
 configSource core.v1.NodeConfigSource
 externalID string
 podCIDR string
 podCIDRs set[string] ~
 providerID string
 taints list[core.v1.Taint]
 unschedulable boolean
core.v1.NodeStatus
 addresses map:type[core.v1.NodeAddress] ~type
 allocatable object[quantity]
 capacity object[quantity]
 conditions map:type[core.v1.NodeCondition] ~type
 config core.v1.NodeConfigStatus
 daemonEndpoints core.v1.NodeDaemonEndpoints
 features core.v1.NodeFeatures
 images list[core.v1.ContainerImage]
 nodeInfo core.v1.NodeSystemInfo
 phase string
 runtimeHandlers list[core.v1.NodeRuntimeHandler]
 volumesAttached list[core.v1.AttachedVolume]
 volumesInUse list[string]
core.v1.NodeSystemInfo
 architecture! string
 bootID! string
 containerRuntimeVersion! string
 kernelVersion! string
 kubeProxyVersion! string
 kubeletVersion! string
 machineID! string
 operatingSystem! string
 osImage! string
 systemUUID! string
core.v1.ObjectFieldSelector atomic
 apiVersion string
 fieldPath! string
core.v1.ObjectReference atomic
 apiVersion string
 fieldPath string
 kind string
 name string
 namespace string
 resourceVersion string
 uid string
core.v1.PersistentVolume
 apiVersion string
 kind string
 metadata meta.v1.ObjectMeta
 spec core.v1.PersistentVolumeSpec
 status core.v1.PersistentVolumeStatus
core.v1.PersistentVolumeClaim
 apiVersion string
 kind string
 metadata meta.v1.ObjectMeta
 spec core.v1.PersistentVolumeClaimSpec
 status core.v1.PersistentVolumeClaimStatus
core.v1.PersistentVolumeClaimCondition
 lastProbeTime time
 lastTransitionTime time
 message string
 reason string
 status! string
 type! string
core.v1.PersistentVolumeClaimSpec
 accessModes list[string]
 dataSource core.v1.TypedLocalObjectReference
 dataSourceRef core.v1.TypedObjectReference
 resources core.v1.VolumeResourceRequirements
 selector meta.v1.LabelSelector
 storageClassName string
 volumeAttributesClassName string
 volumeMode string
 volumeName string
core.v1.PersistentVolumeClaimStatus
 accessModes list[string]
 allocatedResourceStatuses object[string]
 allocatedResources object[quantity]
 capacity object[quantity]
 conditions map:type[core.v1.PersistentVolumeClaimCondition] ~type
 currentVolumeAttributesClassName string
 modifyVolumeStatus core.v1.ModifyVolumeStatus
 phase string
core.v1.PersistentVolumeClaimTemplate
 metadata meta.v1.ObjectMeta
 spec! core.v1.PersistentVolumeClaimSpec
core.v1.PersistentVolumeClaimVolumeSource
 claimName! string
 readOnly boolean
core.v1.PersistentVolumeSpec
 accessModes list[string]
 awsElasticBlockStore core.v1.AWSElasticBlockStoreVolumeSource
 azureDisk core.v1.AzureDiskVolumeSource
 azureFile core.v1.AzureFilePersistentVolumeSource
 capacity object[quantity]
 cephfs core.v1.CephFSPersistentVolumeSource
 cinder core.v1.CinderPersistentVolumeSource
 claimRef core.v1.ObjectReference
 csi core.v1.CSIPersistentVolumeSource
 fc core.v1.FCVolumeSource
 flexVolume core.v1.FlexPersistentVolumeSource
 flocker core.v1.FlockerVolumeSource
 gcePersistentDisk core.v1.GCEPersistentDiskVolumeSource
 glusterfs core.v1.GlusterfsPersistentVolumeSource
 hostPath core.v1.HostPathVolumeSource
 iscsi core.v1.ISCSIPersistentVolumeSource
 local core.v1.LocalVolumeSource
 mountOptions list[string]
 nfs core.v1.NFSVolumeSource
 nodeAffinity core.v1.VolumeNodeAffinity
 persistentVolumeReclaimPolicy string
 photonPersistentDisk core.v1.PhotonPersistentDiskVolumeSource
 portworxVolume core.v1.PortworxVolumeSource
 quobyte core.v1.QuobyteVolumeSource
 rbd core.v1.RBDPersistentVolumeSource
 scaleIO core.v1.ScaleIOPersistentVolumeSource
 storageClassName string
 storageos core.v1.StorageOSPersistentVolumeSource
 volumeAttributesClassName string
 volumeMode string
 vsphereVolume core.v1.VsphereVirtualDiskVolumeSource
core.v1.PersistentVolumeStatus
 lastPhaseTransitionTime time
 message string
 phase string
 reason string
core.v1.PhotonPersistentDiskVolumeSource
 fsType string
 pdID! string
core.v1.Pod
 apiVersion string
 kind string
 metadata meta.v1.ObjectMeta
 spec core.v1.PodSpec
 status core.v1.PodStatus
core.v1.PodAffinity
 preferredDuringSchedulingIgnoredDuringExecution list[core.v1.WeightedPodAffinityTerm]
 requiredDuringSchedulingIgnoredDuringExecution list[core.v1.PodAffinityTerm]
core.v1.PodAffinityTerm
 labelSelector meta.v1.LabelSelector
 matchLabelKeys list[string]
 mismatchLabelKeys list[string]
 namespaceSelector meta.v1.LabelSelector
 namespaces list[string]
 topologyKey! string
core.v1.PodAntiAffinity
 preferredDuringSchedulingIgnoredDuringExecution list[core.v1.WeightedPodAffinityTerm]
 requiredDuringSchedulingIgnoredDuringExecution list[core.v1.PodAffinityTerm]
core.v1.PodCondition
 lastProbeTime time
 lastTransitionTime time
 message string
 reason string
 status! string
 type! string
core.v1.PodDNSConfig
 nameservers list[string]
 options list[core.v1.PodDNSConfigOption]
 searches list[string]
core.v1.PodDNSConfigOption
 name string
 value string
core.v1.PodIP
 ip string
core.v1.PodOS
 name string
core.v1.PodReadinessGate
 conditionType! string
core.v1.PodResourceClaim
 name string
 resourceClaimName string
 resourceClaimTemplateName string
core.v1.PodResourceClaimStatus
 name string
 resourceClaimName string
core.v1.PodSchedulingGate
 name string
core.v1.PodSecurityContext
 appArmorProfile core.v1.AppArmorProfile
 fsGroup integer
 fsGroupChangePolicy string
 runAsGroup integer
 runAsNonRoot boolean
 runAsUser integer
 seLinuxChangePolicy string
 seLinuxOptions core.v1.SELinuxOptions
 seccompProfile core.v1.SeccompProfile
 supplementalGroups list[integer]
 supplementalGroupsPolicy string
 sysctls list[core.v1.Sysctl]
 windowsOptions core.v1.WindowsSecurityContextOptions
core.v1.PodSpec
 activeDeadlineSeconds integer
 affinity core.v1.Affinity
 automountServiceAccountToken boolean
 containers! map:name[core.v1.Container] ~name
 dnsConfig core.v1.PodDNSConfig
 dnsPolicy string
 enableServiceLinks boolean
 ephemeralContainers map:name[core.v1.EphemeralContainer] ~name
 hostAliases map:ip[core.v1.HostAlias] ~ip
 hostIPC boolean
 hostNetwork boolean
 hostPID boolean
 hostUsers boolean
 hostname string
 imagePullSecrets map:name[core.v1.LocalObjectReference] ~name
 initContainers map:name[core.v1.Container] ~name
 nodeName string
 nodeSelector atomic-object[string]
 os core.v1.PodOS
 overhead object[quantity]
 preemptionPolicy string
 priority integer
 priorityClassName string
 readinessGates list[core.v1.PodReadinessGate]
 resourceClaims map:name[core.v1.PodResourceClaim]
 resources core.v1.ResourceRequirements
 restartPolicy string
 runtimeClassName string
 schedulerName string
 schedulingGates map:name[core.v1.PodSchedulingGate]
 securityContext core.v1.PodSecurityContext
 serviceAccount string
 serviceAccountName string
 setHostnameAsFQDN boolean
 shareProcessNamespace boolean
 subdomain string
 terminationGracePeriodSeconds integer
 tolerations list[core.v1.Toleration]
 topologySpreadConstraints map:topologyKey,whenUnsatisfiable[core.v1.TopologySpreadConstraint] ~topologyKey
 volumes map:name[core.v1.Volume] ~name retain
core.v1.PodStatus
 conditions map:type[core.v1.PodCondition] ~type
 containerStatuses list[core.v1.ContainerStatus]
 ephemeralContainerStatuses list[core.v1.ContainerStatus]
 hostIP string
 hostIPs list[core.v1.HostIP]
 initContainerStatuses list[core.v1.ContainerStatus]
 message string
 nominatedNodeName string
 phase string
 podIP string
 podIPs map:ip[core.v1.PodIP] ~ip
 qosClass string
 reason string
 resize string
 resourceClaimStatuses map:name[core.v1.PodResourceClaimStatus]
 startTime time
core.v1.PodTemplate
 apiVersion string
 kind string
 metadata meta.v1.ObjectMeta
 template core.v1.PodTemplateSpec
core.v1.PodTemplateSpec
 metadata meta.v1.ObjectMeta
 spec core.v1.PodSpec
core.v1.PortStatus
 error string
 port! integer
 protocol! string
core.v1.PortworxVolumeSource
 fsType string
 readOnly boolean
 volumeID! string
core.v1.PreferredSchedulingTerm
 preference! core.v1.NodeSelectorTerm
 weight! integer
core.v1.Probe
 exec core.v1.ExecAction
 failureThreshold integer
 grpc core.v1.GRPCAction
 httpGet core.v1.HTTPGetAction
 initialDelaySeconds integer
 periodSeconds integer
 successThreshold integer
 tcpSocket core.v1.TCPSocketAction
 terminationGracePeriodSeconds integer
 timeoutSeconds integer
core.v1.ProjectedVolumeSource
 defaultMode integer
 sources list[core.v1.VolumeProjection]
core.v1.QuobyteVolumeSource
 group string
 readOnly boolean
 registry! string
 tenant string
 user string
 volume! string
core.v1.RBDPersistentVolumeSource
 fsType string
 image! string
 keyring string =/etc/ceph/keyring
 monitors! list[string]
 pool string =rbd
 readOnly boolean
 secretRef core.v1.SecretReference
 user string =admin
core.v1.RBDVolumeSource
 fsType string
 image! string
 keyring string =/etc/ceph/keyring
 monitors! list[string]
 pool string =rbd
 readOnly boolean
 secretRef core.v1.LocalObjectReference
 user string =admin
core.v1.ReplicationController
 apiVersion string
 kind string
 metadata meta.v1.ObjectMeta
 spec core.v1.ReplicationControllerSpec
 status core.v1.ReplicationControllerStatus
core.v1.ReplicationControllerCondition
 lastTransitionTime time
 message string
 reason string
 status! string
 type! string
core.v1.ReplicationControllerSpec
 minReadySeconds integer
 replicas integer
 selector atomic-object[string]
 template core.v1.PodTemplateSpec
core.v1.ReplicationControllerStatus
 availableReplicas integer
 conditions map:type[core.v1.ReplicationControllerCondition] ~type
 fullyLabeledReplicas integer
 observedGeneration integer
 readyReplicas integer
 replicas! integer
core.v1.ResourceClaim
 name string
 request string
core.v1.ResourceFieldSelector atomic
 containerName string
 divisor quantity
 resource! string
core.v1.ResourceHealth
 health string
 resourceID string
core.v1.ResourceQuota
 apiVersion string
 kind string
 metadata meta.v1.ObjectMeta
 spec core.v1.ResourceQuotaSpec
 status core.v1.ResourceQuotaStatus
core.v1.ResourceQuotaSpec
 hard object[quantity]
 scopeSelector core.v1.ScopeSelector
 scopes list[string]
core.v1.ResourceQuotaStatus
 hard object[quantity]
 used object[quantity]
core.v1.ResourceRequirements
 claims map:name[core.v1.ResourceClaim]
 limits object[quantity]
 requests object[quantity]
core.v1.ResourceStatus
 name string
 resources map:resourceID[core.v1.ResourceHealth]
core.v1.SELinuxOptions
 level string
 role string
 type string
 user string
core.v1.ScaleIOPersistentVolumeSource
 fsType string =xfs
 gateway! string
 protectionDomain string
 readOnly boolean
 secretRef! core.v1.SecretReference
 sslEnabled boolean
 storageMode string =ThinProvisioned
 storagePool string
 system! string
 volumeName string
core.v1.ScaleIOVolumeSource
 fsType string =xfs
 gateway! string
 protectionDomain string
 readOnly boolean
 secretRef! core.v1.LocalObjectReference
 sslEnabled boolean
 storageMode string =ThinProvisioned
 storagePool string
 system! string
 volumeName string
core.v1.ScopeSelector atomic
 matchExpressions list[core.v1.ScopedResourceSelectorRequirement]
core.v1.ScopedResourceSelectorRequirement
 operator! string
 scopeName! string
 values list[string]
core.v1.SeccompProfile
 localhostProfile string
 type! string
core.v1.Secret
 apiVersion string
 data object[string]
 immutable boolean
 kind string
 metadata meta.v1.ObjectMeta
 stringData object[string]
 type string
core.v1.SecretEnvSource
 name string
 optional boolean
core.v1.SecretKeySelector atomic
 key! string
 name string
 optional boolean
core.v1.SecretProjection
 items list[core.v1.KeyToPath]
 name string
 optional boolean
core.v1.SecretReference atomic
 name string
 namespace string
core.v1.SecretVolumeSource
 defaultMode integer
 items list[core.v1.KeyToPath]
 optional boolean
 secretName string
core.v1.SecurityContext
 allowPrivilegeEscalation boolean
 appArmorProfile core.v1.AppArmorProfile
 capabilities core.v1.Capabilities
 privileged boolean
 procMount string
 readOnlyRootFilesystem boolean
 runAsGroup integer
 runAsNonRoot boolean
 runAsUser integer
 seLinuxOptions core.v1.SELinuxOptions
 seccompProfile core.v1.SeccompProfile
 windowsOptions core.v1.WindowsSecurityContextOptions
core.v1.Service
 apiVersion string
 kind string
 metadata meta.v1.ObjectMeta
 spec core.v1.ServiceSpec
 status core.v1.ServiceStatus
core.v1.ServiceAccount
 apiVersion string
 automountServiceAccountToken boolean
 imagePullSecrets list[core.v1.LocalObjectReference]
 kind string
 metadata meta.v1.ObjectMeta
 secrets map:name[core.v1.ObjectReference] ~name
core.v1.ServiceAccountTokenProjection
 audience string
 expirationSeconds integer
 path! string
core.v1.ServicePort
 appProtocol string
 name string
 nodePort integer
 port! integer
 protocol string =TCP
 targetPort int-or-string
core.v1.ServiceSpec
 allocateLoadBalancerNodePorts boolean
 clusterIP string
 clusterIPs list[string]
 externalIPs list[string]
 externalName string
 externalTrafficPolicy string
 healthCheckNodePort integer
 internalTrafficPolicy string
 ipFamilies list[string]
 ipFamilyPolicy string
 loadBalancerClass string
 loadBalancerIP string
 loadBalancerSourceRanges list[string]
 ports map:port,protocol[core.v1.ServicePort] ~port
 publishNotReadyAddresses boolean
 selector atomic-object[string]
 sessionAffinity string
 sessionAffinityConfig core.v1.SessionAffinityConfig
 trafficDistribution string
 type string
core.v1.ServiceStatus
 conditions map:type[meta.v1.Condition] ~type
 loadBalancer core.v1.LoadBalancerStatus
core.v1.SessionAffinityConfig
 clientIP core.v1.ClientIPConfig
core.v1.SleepAction
 seconds integer
core.v1.StorageOSPersistentVolumeSource
 fsType string
 readOnly boolean
 secretRef core.v1.ObjectReference
 volumeName string
 volumeNamespace string
core.v1.StorageOSVolumeSource
 fsType string
 readOnly boolean
 secretRef core.v1.LocalObjectReference
 volumeName string
 volumeNamespace string
core.v1.Sysctl
 name! string
 value! string
core.v1.TCPSocketAction
 host string
 port! int-or-string
core.v1.Taint
 effect! string
 key! string
 timeAdded time
 value string
core.v1.Toleration
 effect string
 key string
 operator string
 tolerationSeconds integer
 value string
core.v1.TopologySelectorLabelRequirement
 key! string
 values! list[string]
core.v1.TopologySelectorTerm atomic
 matchLabelExpressions list[core.v1.TopologySelectorLabelRequirement]
core.v1.TopologySpreadConstraint
 labelSelector meta.v1.LabelSelector
 matchLabelKeys list[string]
 maxSkew! integer
 minDomains integer
 nodeAffinityPolicy string
 nodeTaintsPolicy string
 topologyKey! string
 whenUnsatisfiable! string
core.v1.TypedLocalObjectReference atomic
 apiGroup string
 kind! string
 name! string
core.v1.TypedObjectReference
 apiGroup string
 kind string
 name string
 namespace string
core.v1.Volume
 awsElasticBlockStore core.v1.AWSElasticBlockStoreVolumeSource
 azureDisk core.v1.AzureDiskVolumeSource
 azureFile core.v1.AzureFileVolumeSource
 cephfs core.v1.CephFSVolumeSource
 cinder core.v1.CinderVolumeSource
 configMap core.v1.ConfigMapVolumeSource
 csi core.v1.CSIVolumeSource
 downwardAPI core.v1.DownwardAPIVolumeSource
 emptyDir core.v1.EmptyDirVolumeSource
 ephemeral core.v1.EphemeralVolumeSource
 fc core.v1.FCVolumeSource
 flexVolume core.v1.FlexVolumeSource
 flocker core.v1.FlockerVolumeSource
 gcePersistentDisk core.v1.GCEPersistentDiskVolumeSource
 gitRepo core.v1.GitRepoVolumeSource
 glusterfs core.v1.GlusterfsVolumeSource
 hostPath core.v1.HostPathVolumeSource
 image core.v1.ImageVolumeSource
 iscsi core.v1.ISCSIVolumeSource
 name! string
 nfs core.v1.NFSVolumeSource
 persistentVolumeClaim core.v1.PersistentVolumeClaimVolumeSource
 photonPersistentDisk core.v1.PhotonPersistentDiskVolumeSource
 portworxVolume core.v1.PortworxVolumeSource
 projected core.v1.ProjectedVolumeSource
 quobyte core.v1.QuobyteVolumeSource
 rbd core.v1.RBDVolumeSource
 scaleIO core.v1.ScaleIOVolumeSource
 secret core.v1.SecretVolumeSource
 storageos core.v1.StorageOSVolumeSource
 vsphereVolume core.v1.VsphereVirtualDiskVolumeSource
core.v1.VolumeDevice
 devicePath! string
 name! string
core.v1.VolumeMount
 mountPath! string
 mountPropagation string
 name! string
 readOnly boolean
 recursiveReadOnly string
 subPath string
 subPathExpr string
core.v1.VolumeMountStatus
 mountPath string
 name string
 readOnly boolean
 recursiveReadOnly string
core.v1.VolumeNodeAffinity
 required core.v1.NodeSelector
core.v1.VolumeProjection
 clusterTrustBundle core.v1.ClusterTrustBundleProjection
 configMap core.v1.ConfigMapProjection
 downwardAPI core.v1.DownwardAPIProjection
 secret core.v1.SecretProjection
 serviceAccountToken core.v1.ServiceAccountTokenProjection
core.v1.VolumeResourceRequirements
 limits object[quantity]
 requests object[quantity]
core.v1.VsphereVirtualDiskVolumeSource
 fsType string
 storagePolicyID string
 storagePolicyName string
 volumePath! string
core.v1.WeightedPodAffinityTerm
 podAffinityTerm! core.v1.PodAffinityTerm
 weight! integer
core.v1.WindowsSecurityContextOptions
 gmsaCredentialSpec string
 gmsaCredentialSpecName string
 hostProcess boolean
 runAsUserName string
discovery.v1.Endpoint
 addresses set[string]
 conditions discovery.v1.EndpointConditions
 deprecatedTopology object[string]
 hints discovery.v1.EndpointHints
 hostname string
 nodeName string
 targetRef core.v1.ObjectReference
 zone string
discovery.v1.EndpointConditions
 ready boolean
 serving boolean
 terminating boolean
discovery.v1.EndpointHints
 forZones list[discovery.v1.ForZone]
discovery.v1.EndpointPort atomic
 appProtocol string
 name string
 port integer
 protocol string
discovery.v1.EndpointSlice
 addressType string
 apiVersion string
 endpoints list[discovery.v1.Endpoint]
 kind string
 metadata meta.v1.ObjectMeta
 ports list[discovery.v1.EndpointPort]
discovery.v1.ForZone
 name string
meta.v1.Condition
 lastTransitionTime! time
 message! string
 observedGeneration integer
 reason! string
 status! string
 type! string
meta.v1.LabelSelector atomic
 matchExpressions list[meta.v1.LabelSelectorRequirement]
 matchLabels object[string]
meta.v1.LabelSelectorRequirement
 key! string ~key
 operator! string
 values list[string]
meta.v1.ManagedFieldsEntry
 apiVersion string
 fieldsType string
 fieldsV1 any
 manager string
 operation string
 subresource string
 time time
meta.v1.ObjectMeta
 annotations object[string]
 creationTimestamp time
 deletionGracePeriodSeconds integer
 deletionTimestamp time
 finalizers set[string] ~
 generateName string
 generation integer
 labels object[string]
 managedFields list[meta.v1.ManagedFieldsEntry]
 name string
 namespace string
 ownerReferences map:uid[meta.v1.OwnerReference] ~uid
 resourceVersion string
 selfLink string
 uid string
meta.v1.OwnerReference atomic
 apiVersion! string
 blockOwnerDeletion boolean
 controller boolean
 kind! string
 name! string
 uid! string
networking.v1.HTTPIngressPath
 backend! networking.v1.IngressBackend
 path string
 pathType string
networking.v1.HTTPIngressRuleValue
 paths! list[networking.v1.HTTPIngressPath]
networking.v1.IPBlock
 cidr! string
 except list[string]
networking.v1.Ingress
 apiVersion string
 kind string
 metadata meta.v1.ObjectMeta
 spec networking.v1.IngressSpec
 status networking.v1.IngressStatus
networking.v1.IngressBackend
 resource core.v1.TypedLocalObjectReference
 service networking.v1.IngressServiceBackend
networking.v1.IngressClass
 apiVersion string
 kind string
 metadata meta.v1.ObjectMeta
 spec networking.v1.IngressClassSpec
networking.v1.IngressClassParametersReference
 apiGroup string
 kind string
 name string
 namespace string
 scope string
networking.v1.IngressClassSpec
 controller string
 parameters networking.v1.IngressClassParametersReference
networking.v1.IngressLoadBalancerIngress
 hostname string
 ip string
 ports list[networking.v1.IngressPortStatus]
networking.v1.IngressLoadBalancerStatus
 ingress list[networking.v1.IngressLoadBalancerIngress]
networking.v1.IngressPortStatus
 error string
 port integer
 protocol string
networking.v1.IngressRule
 host string
 http networking.v1.HTTPIngressRuleValue
networking.v1.IngressServiceBackend
 name! string
 port networking.v1.ServiceBackendPort
networking.v1.IngressSpec
 defaultBackend networking.v1.IngressBackend
 ingressClassName string
 rules list[networking.v1.IngressRule]
 tls list[networking.v1.IngressTLS]
networking.v1.IngressStatus
 loadBalancer networking.v1.IngressLoadBalancerStatus
networking.v1.IngressTLS
 hosts list[string]
 secretName string
networking.v1.NetworkPolicy
 apiVersion string
 kind string
 metadata meta.v1.ObjectMeta
 spec networking.v1.NetworkPolicySpec
networking.v1.NetworkPolicyEgressRule
 ports list[networking.v1.NetworkPolicyPort]
 to list[networking.v1.NetworkPolicyPeer]
networking.v1.NetworkPolicyIngressRule
 from list[networking.v1.NetworkPolicyPeer]
 ports list[networking.v1.NetworkPolicyPort]
networking.v1.NetworkPolicyPeer
 ipBlock networking.v1.IPBlock
 namespaceSelector meta.v1.LabelSelector
 podSelector meta.v1.LabelSelector
networking.v1.NetworkPolicyPort
 endPort integer
 port int-or-string
 protocol string
networking.v1.NetworkPolicySpec
 egress list[networking.v1.NetworkPolicyEgressRule]
 ingress list[networking.v1.NetworkPolicyIngressRule]
 podSelector! meta.v1.LabelSelector
 policyTypes list[string]
networking.v1.ServiceBackendPort atomic
 name string
 number integer
node.v1.Overhead
 podFixed object[quantity]
node.v1.RuntimeClass
 apiVersion string
 handler! string
 kind string
 metadata meta.v1.ObjectMeta
 overhead node.v1.Overhead
 scheduling node.v1.Scheduling
node.v1.Scheduling
 nodeSelector atomic-object[string]
 tolerations list[core.v1.Toleration]
policy.v1.PodDisruptionBudget
 apiVersion string
 kind string
 metadata meta.v1.ObjectMeta
 spec policy.v1.PodDisruptionBudgetSpec
 status policy.v1.PodDisruptionBudgetStatus
policy.v1.PodDisruptionBudgetSpec
 maxUnavailable int-or-string
 minAvailable int-or-string
 selector meta.v1.LabelSelector
 unhealthyPodEvictionPolicy string
policy.v1.PodDisruptionBudgetStatus
 conditions map:type[meta.v1.Condition]
 currentHealthy integer
 desiredHealthy integer
 disruptedPods object[time]
 disruptionsAllowed integer
 expectedPods integer
 observedGeneration integer
rbac.v1.AggregationRule
 clusterRoleSelectors list[meta.v1.LabelSelector]
rbac.v1.ClusterRole
 aggregationRule rbac.v1.AggregationRule
 apiVersion string
 kind string
 metadata meta.v1.ObjectMeta
 rules list[rbac.v1.PolicyRule]
rbac.v1.ClusterRoleBinding
 apiVersion string
 kind string
 metadata meta.v1.ObjectMeta
 roleRef! rbac.v1.RoleRef
 subjects list[rbac.v1.Subject]
rbac.v1.PolicyRule
 apiGroups list[string]
 nonResourceURLs list[string]
 resourceNames list[string]
 resources list[string]
 verbs! list[string]
rbac.v1.Role
 apiVersion string
 kind string
 metadata meta.v1.ObjectMeta
 rules list[rbac.v1.PolicyRule]
rbac.v1.RoleBinding
 apiVersion string
 kind string
 metadata meta.v1.ObjectMeta
 roleRef! rbac.v1.RoleRef
 subjects list[rbac.v1.Subject]
rbac.v1.RoleRef atomic
 apiGroup! string
 kind! string
 name! string
rbac.v1.Subject atomic
 apiGroup string
 kind! string
 name! string
 namespace string
scheduling.v1.PriorityClass
 apiVersion string
 description string
 globalDefault boolean
 kind string
 metadata meta.v1.ObjectMeta
 preemptionPolicy string
 value! integer
storage.v1.StorageClass
 allowVolumeExpansion boolean
 allowedTopologies list[core.v1.TopologySelectorTerm]
 apiVersion string
 kind string
 metadata meta.v1.ObjectMeta
 mountOptions list[string]
 parameters object[string]
 provisioner! string
 reclaimPolicy string
 volumeBindingMode string
`

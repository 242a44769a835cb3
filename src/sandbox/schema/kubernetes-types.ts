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
 caBundle bytes
 service apiextensions.v1.ServiceReference
 url string
apiextensions.v1.WebhookConversion
 clientConfig apiextensions.v1.WebhookClientConfig
 conversionReviewVersions! list[string]
apps.v1.ControllerRevision
 apiVersion string
 data any #2
 kind string
 metadata meta.v1.ObjectMeta #1
 revision! integer #3
apps.v1.DaemonSet
 apiVersion string
 kind string
 metadata meta.v1.ObjectMeta #1
 spec apps.v1.DaemonSetSpec #2
 status apps.v1.DaemonSetStatus #3
apps.v1.DaemonSetCondition
 lastTransitionTime time #3
 message string #5
 reason string #4
 status! string #2
 type! string #1
apps.v1.DaemonSetSpec
 minReadySeconds integer #4
 revisionHistoryLimit integer #6
 selector! meta.v1.LabelSelector #1
 template! core.v1.PodTemplateSpec #2
 updateStrategy apps.v1.DaemonSetUpdateStrategy #3
apps.v1.DaemonSetStatus
 collisionCount integer #9
 conditions map:type[apps.v1.DaemonSetCondition] ~type #10
 currentNumberScheduled! integer #1
 desiredNumberScheduled! integer #3
 numberAvailable integer #7
 numberMisscheduled! integer #2
 numberReady! integer #4
 numberUnavailable integer #8
 observedGeneration integer #5
 updatedNumberScheduled integer #6
apps.v1.DaemonSetUpdateStrategy
 rollingUpdate apps.v1.RollingUpdateDaemonSet #2
 type string #1
apps.v1.Deployment
 apiVersion string
 kind string
 metadata meta.v1.ObjectMeta #1
 spec apps.v1.DeploymentSpec #2
 status apps.v1.DeploymentStatus #3
apps.v1.DeploymentCondition
 lastTransitionTime time #7
 lastUpdateTime time #6
 message string #5
 reason string #4
 status! string #2
 type! string #1
apps.v1.DeploymentSpec
 minReadySeconds integer #5
 paused boolean #7
 progressDeadlineSeconds integer #9
 replicas integer #1
 revisionHistoryLimit integer #6
 selector! meta.v1.LabelSelector #2
 strategy apps.v1.DeploymentStrategy retain #4
 template! core.v1.PodTemplateSpec #3
apps.v1.DeploymentStatus
 availableReplicas integer #4
 collisionCount integer #8
 conditions map:type[apps.v1.DeploymentCondition] ~type #6
 observedGeneration integer #1
 readyReplicas integer #7
 replicas integer #2
 unavailableReplicas integer #5
 updatedReplicas integer #3
apps.v1.DeploymentStrategy
 rollingUpdate apps.v1.RollingUpdateDeployment #2
 type string #1
apps.v1.ReplicaSet
 apiVersion string
 kind string
 metadata meta.v1.ObjectMeta #1
 spec apps.v1.ReplicaSetSpec #2
 status apps.v1.ReplicaSetStatus #3
apps.v1.ReplicaSetCondition
 lastTransitionTime time #3
 message string #5
 reason string #4
 status! string #2
 type! string #1
apps.v1.ReplicaSetSpec
 minReadySeconds integer #4
 replicas integer #1
 selector! meta.v1.LabelSelector #2
 template core.v1.PodTemplateSpec #3
apps.v1.ReplicaSetStatus
 availableReplicas integer #5
 conditions map:type[apps.v1.ReplicaSetCondition] ~type #6
 fullyLabeledReplicas integer #2
 observedGeneration integer #3
 readyReplicas integer #4
 replicas! integer #1
apps.v1.RollingUpdateDaemonSet
 maxSurge int-or-string #2
 maxUnavailable int-or-string #1
apps.v1.RollingUpdateDeployment
 maxSurge int-or-string #2
 maxUnavailable int-or-string #1
apps.v1.RollingUpdateStatefulSetStrategy
 maxUnavailable int-or-string #2
 partition integer #1
apps.v1.StatefulSet
 apiVersion string
 kind string
 metadata meta.v1.ObjectMeta #1
 spec apps.v1.StatefulSetSpec #2
 status apps.v1.StatefulSetStatus #3
apps.v1.StatefulSetCondition
 lastTransitionTime time #3
 message string #5
 reason string #4
 status! string #2
 type! string #1
apps.v1.StatefulSetOrdinals
 start integer #1
apps.v1.StatefulSetPersistentVolumeClaimRetentionPolicy
 whenDeleted string #1
 whenScaled string #2
apps.v1.StatefulSetSpec
 minReadySeconds integer #9
 ordinals apps.v1.StatefulSetOrdinals #11
 persistentVolumeClaimRetentionPolicy apps.v1.StatefulSetPersistentVolumeClaimRetentionPolicy #10
 podManagementPolicy string #6
 replicas integer #1
 revisionHistoryLimit integer #8
 selector! meta.v1.LabelSelector #2
 serviceName! string #5
 template! core.v1.PodTemplateSpec #3
 updateStrategy apps.v1.StatefulSetUpdateStrategy #7
 volumeClaimTemplates list[core.v1.PersistentVolumeClaim] #4
apps.v1.StatefulSetStatus
 availableReplicas integer #11
 collisionCount integer #9
 conditions map:type[apps.v1.StatefulSetCondition] ~type #10
 currentReplicas integer #4
 currentRevision string #6
 observedGeneration integer #1
 readyReplicas integer #3
 replicas! integer #2
 updateRevision string #7
 updatedReplicas integer #5
apps.v1.StatefulSetUpdateStrategy
 rollingUpdate apps.v1.RollingUpdateStatefulSetStrategy #2
 type string #1
authorization.v1.NonResourceAttributes
 path string #1
 verb string #2
authorization.v1.NonResourceRule
 nonResourceURLs list[string] #2
 verbs! list[string] #1
authorization.v1.ResourceAttributes
 group string #3
 name string #7
 namespace string #1
 resource string #5
 subresource string #6
 verb string #2
 version string #4
authorization.v1.ResourceRule
 apiGroups list[string] #2
 resourceNames list[string] #4
 resources list[string] #3
 verbs! list[string] #1
authorization.v1.SelfSubjectAccessReview
 apiVersion string
 kind string
 metadata meta.v1.ObjectMeta #1
 spec! authorization.v1.SelfSubjectAccessReviewSpec #2
 status authorization.v1.SubjectAccessReviewStatus #3
authorization.v1.SelfSubjectAccessReviewSpec
 nonResourceAttributes authorization.v1.NonResourceAttributes #2
 resourceAttributes authorization.v1.ResourceAttributes #1
authorization.v1.SelfSubjectRulesReview
 apiVersion string
 kind string
 metadata meta.v1.ObjectMeta #1
 spec! authorization.v1.SelfSubjectRulesReviewSpec #2
 status authorization.v1.SubjectRulesReviewStatus #3
authorization.v1.SelfSubjectRulesReviewSpec
 namespace string #1
authorization.v1.SubjectAccessReviewStatus
 allowed! boolean #1
 denied boolean #4
 evaluationError string #3
 reason string #2
authorization.v1.SubjectRulesReviewStatus
 evaluationError string #4
 incomplete! boolean #3
 nonResourceRules! list[authorization.v1.NonResourceRule] #2
 resourceRules! list[authorization.v1.ResourceRule] #1
autoscaling.v1.CrossVersionObjectReference atomic
 apiVersion string #3
 kind! string #1
 name! string #2
autoscaling.v1.HorizontalPodAutoscaler
 apiVersion string
 kind string
 metadata meta.v1.ObjectMeta #1
 spec autoscaling.v1.HorizontalPodAutoscalerSpec #2
 status autoscaling.v1.HorizontalPodAutoscalerStatus #3
autoscaling.v1.HorizontalPodAutoscalerSpec
 maxReplicas! integer #3
 minReplicas integer #2
 scaleTargetRef! autoscaling.v1.CrossVersionObjectReference #1
 targetCPUUtilizationPercentage integer #4
autoscaling.v1.HorizontalPodAutoscalerStatus
 currentCPUUtilizationPercentage integer #5
 currentReplicas! integer #3
 desiredReplicas! integer #4
 lastScaleTime time #2
 observedGeneration integer #1
autoscaling.v1.Scale
 apiVersion string
 kind string
 metadata meta.v1.ObjectMeta #1
 spec autoscaling.v1.ScaleSpec #2
 status autoscaling.v1.ScaleStatus #3
autoscaling.v1.ScaleSpec
 replicas integer #1
autoscaling.v1.ScaleStatus
 replicas! integer #1
 selector string #2
autoscaling.v2.ContainerResourceMetricSource
 container string #3
 name string #1
 target autoscaling.v2.MetricTarget #2
autoscaling.v2.ContainerResourceMetricStatus
 container string #3
 current autoscaling.v2.MetricValueStatus #2
 name string #1
autoscaling.v2.CrossVersionObjectReference
 apiVersion string #3
 kind string #1
 name string #2
autoscaling.v2.ExternalMetricSource
 metric autoscaling.v2.MetricIdentifier #1
 target autoscaling.v2.MetricTarget #2
autoscaling.v2.ExternalMetricStatus
 current autoscaling.v2.MetricValueStatus #2
 metric autoscaling.v2.MetricIdentifier #1
autoscaling.v2.HPAScalingPolicy
 periodSeconds integer #3
 type string #1
 value integer #2
autoscaling.v2.HPAScalingRules
 policies list[autoscaling.v2.HPAScalingPolicy] #2
 selectPolicy string #1
 stabilizationWindowSeconds integer #3
autoscaling.v2.HorizontalPodAutoscaler
 apiVersion string
 kind string
 metadata meta.v1.ObjectMeta #1
 spec autoscaling.v2.HorizontalPodAutoscalerSpec #2
 status autoscaling.v2.HorizontalPodAutoscalerStatus #3
autoscaling.v2.HorizontalPodAutoscalerBehavior
 scaleDown autoscaling.v2.HPAScalingRules #2
 scaleUp autoscaling.v2.HPAScalingRules #1
autoscaling.v2.HorizontalPodAutoscalerCondition
 lastTransitionTime time #3
 message string #5
 reason string #4
 status string #2
 type string #1
autoscaling.v2.HorizontalPodAutoscalerSpec
 behavior autoscaling.v2.HorizontalPodAutoscalerBehavior #5
 maxReplicas integer #3
 metrics list[autoscaling.v2.MetricSpec] #4
 minReplicas integer #2
 scaleTargetRef autoscaling.v2.CrossVersionObjectReference #1
autoscaling.v2.HorizontalPodAutoscalerStatus
 conditions map:type[autoscaling.v2.HorizontalPodAutoscalerCondition] #6
 currentMetrics list[autoscaling.v2.MetricStatus] #5
 currentReplicas integer #3
 desiredReplicas integer #4
 lastScaleTime time #2
 observedGeneration integer #1
autoscaling.v2.MetricIdentifier
 name string #1
 selector meta.v1.LabelSelector #2
autoscaling.v2.MetricSpec
 containerResource autoscaling.v2.ContainerResourceMetricSource #7
 external autoscaling.v2.ExternalMetricSource #5
 object autoscaling.v2.ObjectMetricSource #2
 pods autoscaling.v2.PodsMetricSource #3
 resource autoscaling.v2.ResourceMetricSource #4
 type string #1
autoscaling.v2.MetricStatus
 containerResource autoscaling.v2.ContainerResourceMetricStatus #7
 external autoscaling.v2.ExternalMetricStatus #5
 object autoscaling.v2.ObjectMetricStatus #2
 pods autoscaling.v2.PodsMetricStatus #3
 resource autoscaling.v2.ResourceMetricStatus #4
 type string #1
autoscaling.v2.MetricTarget
 averageUtilization integer #4
 averageValue quantity #3
 type string #1
 value quantity #2
autoscaling.v2.MetricValueStatus
 averageUtilization integer #3
 averageValue quantity #2
 value quantity #1
autoscaling.v2.ObjectMetricSource
 describedObject autoscaling.v2.CrossVersionObjectReference #1
 metric autoscaling.v2.MetricIdentifier #3
 target autoscaling.v2.MetricTarget #2
autoscaling.v2.ObjectMetricStatus
 current autoscaling.v2.MetricValueStatus #2
 describedObject autoscaling.v2.CrossVersionObjectReference #3
 metric autoscaling.v2.MetricIdentifier #1
autoscaling.v2.PodsMetricSource
 metric autoscaling.v2.MetricIdentifier #1
 target autoscaling.v2.MetricTarget #2
autoscaling.v2.PodsMetricStatus
 current autoscaling.v2.MetricValueStatus #2
 metric autoscaling.v2.MetricIdentifier #1
autoscaling.v2.ResourceMetricSource
 name string #1
 target autoscaling.v2.MetricTarget #2
autoscaling.v2.ResourceMetricStatus
 current autoscaling.v2.MetricValueStatus #2
 name string #1
batch.v1.CronJob
 apiVersion string
 kind string
 metadata meta.v1.ObjectMeta #1
 spec batch.v1.CronJobSpec #2
 status batch.v1.CronJobStatus #3
batch.v1.CronJobSpec
 concurrencyPolicy string #3
 failedJobsHistoryLimit integer #7
 jobTemplate! batch.v1.JobTemplateSpec #5
 schedule! string #1
 startingDeadlineSeconds integer #2
 successfulJobsHistoryLimit integer #6
 suspend boolean #4
 timeZone string #8
batch.v1.CronJobStatus
 active list[core.v1.ObjectReference] #1
 lastScheduleTime time #4
 lastSuccessfulTime time #5
batch.v1.Job
 apiVersion string
 kind string
 metadata meta.v1.ObjectMeta #1
 spec batch.v1.JobSpec #2
 status batch.v1.JobStatus #3
batch.v1.JobCondition
 lastProbeTime time #3
 lastTransitionTime time #4
 message string #6
 reason string #5
 status! string #2
 type! string #1
batch.v1.JobSpec
 activeDeadlineSeconds integer #3
 backoffLimit integer #7
 backoffLimitPerIndex integer #12
 completionMode string #9
 completions integer #2
 managedBy string #15
 manualSelector boolean #5
 maxFailedIndexes integer #13
 parallelism integer #1
 podFailurePolicy batch.v1.PodFailurePolicy #11
 podReplacementPolicy string #14
 selector meta.v1.LabelSelector #4
 successPolicy batch.v1.SuccessPolicy #16
 suspend boolean #10
 template! core.v1.PodTemplateSpec #6
 ttlSecondsAfterFinished integer #8
batch.v1.JobStatus
 active integer #4
 completedIndexes string #7
 completionTime time #3
 conditions list[batch.v1.JobCondition] ~type #1
 failed integer #6
 failedIndexes string #10
 ready integer #9
 startTime time #2
 succeeded integer #5
 terminating integer #11
 uncountedTerminatedPods batch.v1.UncountedTerminatedPods #8
batch.v1.JobTemplateSpec
 metadata meta.v1.ObjectMeta #1
 spec batch.v1.JobSpec #2
batch.v1.PodFailurePolicy
 rules list[batch.v1.PodFailurePolicyRule] #1
batch.v1.PodFailurePolicyOnExitCodesRequirement
 containerName string #1
 operator string #2
 values set[integer] #3
batch.v1.PodFailurePolicyOnPodConditionsPattern
 status string #2
 type string #1
batch.v1.PodFailurePolicyRule
 action string #1
 onExitCodes batch.v1.PodFailurePolicyOnExitCodesRequirement #2
 onPodConditions list[batch.v1.PodFailurePolicyOnPodConditionsPattern] #3
batch.v1.SuccessPolicy
 rules list[batch.v1.SuccessPolicyRule] #1
batch.v1.SuccessPolicyRule
 succeededCount integer #2
 succeededIndexes string #1
batch.v1.UncountedTerminatedPods
 failed set[string] #2
 succeeded set[string] #1
coordination.v1.Lease
 apiVersion string
 kind string
 metadata meta.v1.ObjectMeta #1
 spec coordination.v1.LeaseSpec #2
coordination.v1.LeaseSpec
 acquireTime time #3
 holderIdentity string #1
 leaseDurationSeconds integer #2
 leaseTransitions integer #5
 preferredHolder string #7
 renewTime time #4
 strategy string #6
core.v1.AWSElasticBlockStoreVolumeSource
 fsType string #2
 partition integer #3
 readOnly boolean #4
 volumeID! string #1
core.v1.Affinity
 nodeAffinity core.v1.NodeAffinity #1
 podAffinity core.v1.PodAffinity #2
 podAntiAffinity core.v1.PodAntiAffinity #3
core.v1.AppArmorProfile
 localhostProfile string #2
 type string #1
core.v1.AttachedVolume
 devicePath! string #2
 name! string #1
core.v1.AzureDiskVolumeSource
 cachingMode string =ReadWrite #3
 diskName! string #1
 diskURI! string #2
 fsType string =ext4 #4
 kind string =Shared #6
 readOnly boolean =false #5
core.v1.AzureFilePersistentVolumeSource
 readOnly boolean #3
 secretName! string #1
 secretNamespace string #4
 shareName! string #2
core.v1.AzureFileVolumeSource
 readOnly boolean #3
 secretName! string #1
 shareName! string #2
core.v1.CSIPersistentVolumeSource
 controllerExpandSecretRef core.v1.SecretReference #9
 controllerPublishSecretRef core.v1.SecretReference #6
 driver! string #1
 fsType string #4
 nodeExpandSecretRef core.v1.SecretReference #10
 nodePublishSecretRef core.v1.SecretReference #8
 nodeStageSecretRef core.v1.SecretReference #7
 readOnly boolean #3
 volumeAttributes object[string] #5
 volumeHandle! string #2
core.v1.CSIVolumeSource
 driver! string #1
 fsType string #3
 nodePublishSecretRef core.v1.LocalObjectReference #5
 readOnly boolean #2
 volumeAttributes object[string] #4
core.v1.Capabilities
 add list[string] #1
 drop list[string] #2
core.v1.CephFSPersistentVolumeSource
 monitors! list[string] #1
 path string #2
 readOnly boolean #6
 secretFile string #4
 secretRef core.v1.SecretReference #5
 user string #3
core.v1.CephFSVolumeSource
 monitors! list[string] #1
 path string #2
 readOnly boolean #6
 secretFile string #4
 secretRef core.v1.LocalObjectReference #5
 user string #3
core.v1.CinderPersistentVolumeSource
 fsType string #2
 readOnly boolean #3
 secretRef core.v1.SecretReference #4
 volumeID! string #1
core.v1.CinderVolumeSource
 fsType string #2
 readOnly boolean #3
 secretRef core.v1.LocalObjectReference #4
 volumeID! string #1
core.v1.ClientIPConfig
 timeoutSeconds integer #1
core.v1.ClusterTrustBundleProjection
 labelSelector meta.v1.LabelSelector #3
 name string #1
 optional boolean #5
 path string #4
 signerName string #2
core.v1.ConfigMap
 apiVersion string
 binaryData object[bytes] #3
 data object[string] #2
 immutable boolean #4
 kind string
 metadata meta.v1.ObjectMeta #1
core.v1.ConfigMapEnvSource
 name string #1.1
 optional boolean #2
core.v1.ConfigMapKeySelector atomic
 key! string #2
 name string #1.1
 optional boolean #3
core.v1.ConfigMapNodeConfigSource
 kubeletConfigKey! string #5
 name! string #2
 namespace! string #1
 resourceVersion string #4
 uid string #3
core.v1.ConfigMapProjection
 items list[core.v1.KeyToPath] #2
 name string #1.1
 optional boolean #4
core.v1.ConfigMapVolumeSource
 defaultMode integer #3
 items list[core.v1.KeyToPath] #2
 name string #1.1
 optional boolean #4
core.v1.Container
 args list[string] #4
 command list[string] #3
 env map:name[core.v1.EnvVar] ~name #7
 envFrom list[core.v1.EnvFromSource] #19
 image string #2
 imagePullPolicy string #14
 lifecycle core.v1.Lifecycle #12
 livenessProbe core.v1.Probe #10
 name! string #1
 ports map:containerPort,protocol[core.v1.ContainerPort] ~containerPort #6
 readinessProbe core.v1.Probe #11
 resizePolicy list[core.v1.ContainerResizePolicy] #23
 resources core.v1.ResourceRequirements #8
 restartPolicy string #24
 securityContext core.v1.SecurityContext #15
 startupProbe core.v1.Probe #22
 stdin boolean #16
 stdinOnce boolean #17
 terminationMessagePath string #13
 terminationMessagePolicy string #20
 tty boolean #18
 volumeDevices map:devicePath[core.v1.VolumeDevice] ~devicePath #21
 volumeMounts map:mountPath[core.v1.VolumeMount] ~mountPath #9
 workingDir string #5
core.v1.ContainerImage
 names! list[string] #1
 sizeBytes integer #2
core.v1.ContainerPort
 containerPort! integer #3
 hostIP string #5
 hostPort integer #2
 name string #1
 protocol string =TCP #4
core.v1.ContainerResizePolicy
 resourceName string #1
 restartPolicy string #2
core.v1.ContainerState
 running core.v1.ContainerStateRunning #2
 terminated core.v1.ContainerStateTerminated #3
 waiting core.v1.ContainerStateWaiting #1
core.v1.ContainerStateRunning
 startedAt time #1
core.v1.ContainerStateTerminated
 containerID string #7
 exitCode! integer #1
 finishedAt time #6
 message string #4
 reason string #3
 signal integer #2
 startedAt time #5
core.v1.ContainerStateWaiting
 message string #2
 reason string #1
core.v1.ContainerStatus
 allocatedResources object[quantity] #10
 allocatedResourcesStatus map:name[core.v1.ResourceStatus] #14
 containerID string #8
 image! string #6
 imageID! string #7
 lastState core.v1.ContainerState #3
 name! string #1
 ready! boolean =false #4
 resources core.v1.ResourceRequirements #11
 restartCount! integer #5
 started boolean #9
 state core.v1.ContainerState #2
 user core.v1.ContainerUser #13
 volumeMounts map:mountPath[core.v1.VolumeMountStatus] #12
core.v1.ContainerUser
 linux core.v1.LinuxContainerUser #1
core.v1.DaemonEndpoint
 Port! integer #1
core.v1.DownwardAPIProjection
 items list[core.v1.DownwardAPIVolumeFile] #1
core.v1.DownwardAPIVolumeFile
 fieldRef core.v1.ObjectFieldSelector #2
 mode integer #4
 path! string #1
 resourceFieldRef core.v1.ResourceFieldSelector #3
core.v1.DownwardAPIVolumeSource
 defaultMode integer #2
 items list[core.v1.DownwardAPIVolumeFile] #1
core.v1.EmptyDirVolumeSource
 medium string #1
 sizeLimit quantity #2
core.v1.EndpointAddress atomic
 hostname string #3
 ip! string #1
 nodeName string #4
 targetRef core.v1.ObjectReference #2
core.v1.EndpointPort atomic
 appProtocol string #4
 name string #1
 port! integer #2
 protocol string #3
core.v1.EndpointSubset
 addresses list[core.v1.EndpointAddress] #1
 notReadyAddresses list[core.v1.EndpointAddress] #2
 ports list[core.v1.EndpointPort] #3
core.v1.Endpoints
 apiVersion string
 kind string
 metadata meta.v1.ObjectMeta #1
 subsets list[core.v1.EndpointSubset] #2
core.v1.EnvFromSource
 configMapRef core.v1.ConfigMapEnvSource #2
 prefix string #1
 secretRef core.v1.SecretEnvSource #3
core.v1.EnvVar
 name! string #1
 value string #2
 valueFrom core.v1.EnvVarSource #3
core.v1.EnvVarSource
 configMapKeyRef core.v1.ConfigMapKeySelector #3
 fieldRef core.v1.ObjectFieldSelector #1
 resourceFieldRef core.v1.ResourceFieldSelector #2
 secretKeyRef core.v1.SecretKeySelector #4
core.v1.EphemeralContainer
 args list[string] #1.4
 command list[string] #1.3
 env map:name[core.v1.EnvVar] ~name #1.7
 envFrom list[core.v1.EnvFromSource] #1.19
 image string #1.2
 imagePullPolicy string #1.14
 lifecycle core.v1.Lifecycle #1.12
 livenessProbe core.v1.Probe #1.10
 name! string #1.1
 ports map:containerPort,protocol[core.v1.ContainerPort] #1.6
 readinessProbe core.v1.Probe #1.11
 resizePolicy list[core.v1.ContainerResizePolicy] #1.23
 resources core.v1.ResourceRequirements #1.8
 restartPolicy string #1.24
 securityContext core.v1.SecurityContext #1.15
 startupProbe core.v1.Probe #1.22
 stdin boolean #1.16
 stdinOnce boolean #1.17
 targetContainerName string #2
 terminationMessagePath string #1.13
 terminationMessagePolicy string #1.20
 tty boolean #1.18
 volumeDevices map:devicePath[core.v1.VolumeDevice] ~devicePath #1.21
 volumeMounts map:mountPath[core.v1.VolumeMount] ~mountPath #1.9
 workingDir string #1.5
core.v1.EphemeralVolumeSource
 volumeClaimTemplate core.v1.PersistentVolumeClaimTemplate #1
core.v1.Event
 action string #12
 apiVersion string
 count integer #8
 eventTime time #10
 firstTimestamp time #6
 involvedObject! core.v1.ObjectReference #2
 kind string
 lastTimestamp time #7
 message string #4
 metadata! meta.v1.ObjectMeta #1
 reason string #3
 related core.v1.ObjectReference #13
 reportingComponent string #14
 reportingInstance string #15
 series core.v1.EventSeries #11
 source core.v1.EventSource #5
 type string #9
core.v1.EventSeries
 count integer #1
 lastObservedTime time #2
core.v1.EventSource
 component string #1
 host string #2
core.v1.ExecAction
 command list[string] #1
core.v1.FCVolumeSource
 fsType string #3
 lun integer #2
 readOnly boolean #4
 targetWWNs list[string] #1
 wwids list[string] #5
core.v1.FlexPersistentVolumeSource
 driver! string #1
 fsType string #2
 options object[string] #5
 readOnly boolean #4
 secretRef core.v1.SecretReference #3
core.v1.FlexVolumeSource
 driver! string #1
 fsType string #2
 options object[string] #5
 readOnly boolean #4
 secretRef core.v1.LocalObjectReference #3
core.v1.FlockerVolumeSource
 datasetName string #1
 datasetUUID string #2
core.v1.GCEPersistentDiskVolumeSource
 fsType string #2
 partition integer #3
 pdName! string #1
 readOnly boolean #4
core.v1.GRPCAction
 port integer #1
 service string #2
core.v1.GitRepoVolumeSource
 directory string #3
 repository! string #1
 revision string #2
core.v1.GlusterfsPersistentVolumeSource
 endpoints! string #1
 endpointsNamespace string #4
 path! string #2
 readOnly boolean #3
core.v1.GlusterfsVolumeSource
 endpoints! string #1
 path! string #2
 readOnly boolean #3
core.v1.HTTPGetAction
 host string #3
 httpHeaders list[core.v1.HTTPHeader] #5
 path string #1
 port! int-or-string #2
 scheme string #4
core.v1.HTTPHeader
 name! string #1
 value! string #2
core.v1.HostAlias
 hostnames list[string] #2
 ip string #1
core.v1.HostIP
 ip string #1
core.v1.HostPathVolumeSource
 path! string #1
 type string #2
core.v1.ISCSIPersistentVolumeSource
 chapAuthDiscovery boolean #8
 chapAuthSession boolean #11
 fsType string #5
 initiatorName string #12
 iqn! string #2
 iscsiInterface string =default #4
 lun! integer #3
 portals list[string] #7
 readOnly boolean #6
 secretRef core.v1.SecretReference #10
 targetPortal! string #1
core.v1.ISCSIVolumeSource
 chapAuthDiscovery boolean #8
 chapAuthSession boolean #11
 fsType string #5
 initiatorName string #12
 iqn! string #2
 iscsiInterface string =default #4
 lun! integer #3
 portals list[string] #7
 readOnly boolean #6
 secretRef core.v1.LocalObjectReference #10
 targetPortal! string #1
core.v1.ImageVolumeSource
 pullPolicy string #2
 reference string #1
core.v1.KeyToPath
 key! string #1
 mode integer #3
 path! string #2
core.v1.Lifecycle
 postStart core.v1.LifecycleHandler #1
 preStop core.v1.LifecycleHandler #2
core.v1.LifecycleHandler
 exec core.v1.ExecAction #1
 httpGet core.v1.HTTPGetAction #2
 sleep core.v1.SleepAction #4
 tcpSocket core.v1.TCPSocketAction #3
core.v1.LimitRange
 apiVersion string
 kind string
 metadata meta.v1.ObjectMeta #1
 spec core.v1.LimitRangeSpec #2
core.v1.LimitRangeItem
 default object[quantity] #4
 defaultRequest object[quantity] #5
 max object[quantity] #2
 maxLimitRequestRatio object[quantity] #6
 min object[quantity] #3
 type! string #1
core.v1.LimitRangeSpec
 limits! list[core.v1.LimitRangeItem] #1
core.v1.LinuxContainerUser
 gid integer #2
 supplementalGroups list[integer] #3
 uid integer #1
core.v1.LoadBalancerIngress
 hostname string #2
 ip string #1
 ipMode string #3
 ports list[core.v1.PortStatus] #4
core.v1.LoadBalancerStatus
 ingress list[core.v1.LoadBalancerIngress] #1
core.v1.LocalObjectReference atomic
 name string #1
core.v1.LocalVolumeSource
 fsType string #2
 path! string #1
core.v1.ModifyVolumeStatus
 status string #2
 targetVolumeAttributesClassName string #1
core.v1.NFSVolumeSource
 path! string #2
 readOnly boolean #3
 server! string #1
core.v1.Namespace
 apiVersion string
 kind string
 metadata meta.v1.ObjectMeta #1
 spec core.v1.NamespaceSpec #2
 status core.v1.NamespaceStatus #3
core.v1.NamespaceCondition
 lastTransitionTime time #4
 message string #6
 reason string #5
 status! string #2
 type! string #1
core.v1.NamespaceSpec
 finalizers list[string] #1
core.v1.NamespaceStatus
 conditions map:type[core.v1.NamespaceCondition] ~type #2
 phase string #1
core.v1.Node
 apiVersion string
 kind string
 metadata meta.v1.ObjectMeta #1
 spec core.v1.NodeSpec #2
 status core.v1.NodeStatus #3
core.v1.NodeAddress
 address! string #2
 type! string #1
core.v1.NodeAffinity
 preferredDuringSchedulingIgnoredDuringExecution list[core.v1.PreferredSchedulingTerm] #2
 requiredDuringSchedulingIgnoredDuringExecution core.v1.NodeSelector #1
core.v1.NodeCondition
 lastHeartbeatTime time #3
 lastTransitionTime time #4
 message string #6
 reason string #5
 status! string #2
 type! string #1
core.v1.NodeConfigSource
 configMap core.v1.ConfigMapNodeConfigSource #2
core.v1.NodeConfigStatus
 active core.v1.NodeConfigSource #2
 assigned core.v1.NodeConfigSource #1
 error string #4
 lastKnownGood core.v1.NodeConfigSource #3
core.v1.NodeDaemonEndpoints
 kubeletEndpoint core.v1.DaemonEndpoint #1
core.v1.NodeFeatures
 supplementalGroupsPolicy boolean #1
core.v1.NodeRuntimeHandler
 features core.v1.NodeRuntimeHandlerFeatures #2
 name string #1
core.v1.NodeRuntimeHandlerFeatures
 recursiveReadOnlyMounts boolean #1
 userNamespaces boolean #2
core.v1.NodeSelector atomic
 nodeSelectorTerms! list[core.v1.NodeSelectorTerm] #1
core.v1.NodeSelectorRequirement
 key! string #1
 operator! string #2
 values list[string] #3
core.v1.NodeSelectorTerm atomic
 matchExpressions list[core.v1.NodeSelectorRequirement] #1
 matchFields list[core.v1.NodeSelectorRequirement] #2
core.v1.NodeSpec
 configSource core.v1.NodeConfigSource #6
 externalID string #2
 podCIDR string #1
 podCIDRs set[string] ~ #7
 providerID string #3
 taints list[core.v1.Taint] #5
 unschedulable boolean #4
core.v1.NodeStatus
 addresses map:type[core.v1.NodeAddress] ~type #5
 allocatable object[quantity] #2
 capacity object[quantity] #1
 conditions map:type[core.v1.NodeCondition] ~type #4
 config core.v1.NodeConfigStatus #11
 daemonEndpoints core.v1.NodeDaemonEndpoints #6
 features core.v1.NodeFeatures #13
 images list[core.v1.ContainerImage] #8
 nodeInfo core.v1.NodeSystemInfo #7
 phase string #3
 runtimeHandlers list[core.v1.NodeRuntimeHandler] #12
 volumesAttached list[core.v1.AttachedVolume] #10
 volumesInUse list[string] #9
core.v1.NodeSystemInfo
 architecture! string #10
 bootID! string #3
 containerRuntimeVersion! string #6
 kernelVersion! string #4
 kubeProxyVersion! string #8
 kubeletVersion! string #7
 machineID! string #1
 operatingSystem! string #9
 osImage! string #5
 systemUUID! string #2
core.v1.ObjectFieldSelector atomic
 apiVersion string #1
 fieldPath! string #2
core.v1.ObjectReference atomic
 apiVersion string #5
 fieldPath string #7
 kind string #1
 name string #3
 namespace string #2
 resourceVersion string #6
 uid string #4
core.v1.PersistentVolume
 apiVersion string
 kind string
 metadata meta.v1.ObjectMeta #1
 spec core.v1.PersistentVolumeSpec #2
 status core.v1.PersistentVolumeStatus #3
core.v1.PersistentVolumeClaim
 apiVersion string
 kind string
 metadata meta.v1.ObjectMeta #1
 spec core.v1.PersistentVolumeClaimSpec #2
 status core.v1.PersistentVolumeClaimStatus #3
core.v1.PersistentVolumeClaimCondition
 lastProbeTime time #3
 lastTransitionTime time #4
 message string #6
 reason string #5
 status! string #2
 type! string #1
core.v1.PersistentVolumeClaimSpec
 accessModes list[string] #1
 dataSource core.v1.TypedLocalObjectReference #7
 dataSourceRef core.v1.TypedObjectReference #8
 resources core.v1.VolumeResourceRequirements #2
 selector meta.v1.LabelSelector #4
 storageClassName string #5
 volumeAttributesClassName string #9
 volumeMode string #6
 volumeName string #3
core.v1.PersistentVolumeClaimStatus
 accessModes list[string] #2
 allocatedResourceStatuses object[string] #7
 allocatedResources object[quantity] #5
 capacity object[quantity] #3
 conditions map:type[core.v1.PersistentVolumeClaimCondition] ~type #4
 currentVolumeAttributesClassName string #8
 modifyVolumeStatus core.v1.ModifyVolumeStatus #9
 phase string #1
core.v1.PersistentVolumeClaimTemplate
 metadata meta.v1.ObjectMeta #1
 spec! core.v1.PersistentVolumeClaimSpec #2
core.v1.PersistentVolumeClaimVolumeSource
 claimName! string #1
 readOnly boolean #2
core.v1.PersistentVolumeSpec
 accessModes list[string] #3
 awsElasticBlockStore core.v1.AWSElasticBlockStoreVolumeSource #2.2
 azureDisk core.v1.AzureDiskVolumeSource #2.16
 azureFile core.v1.AzureFilePersistentVolumeSource #2.13
 capacity object[quantity] #1
 cephfs core.v1.CephFSPersistentVolumeSource #2.9
 cinder core.v1.CinderPersistentVolumeSource #2.8
 claimRef core.v1.ObjectReference #4
 csi core.v1.CSIPersistentVolumeSource #2.22
 fc core.v1.FCVolumeSource #2.10
 flexVolume core.v1.FlexPersistentVolumeSource #2.12
 flocker core.v1.FlockerVolumeSource #2.11
 gcePersistentDisk core.v1.GCEPersistentDiskVolumeSource #2.1
 glusterfs core.v1.GlusterfsPersistentVolumeSource #2.4
 hostPath core.v1.HostPathVolumeSource #2.3
 iscsi core.v1.ISCSIPersistentVolumeSource #2.7
 local core.v1.LocalVolumeSource #2.20
 mountOptions list[string] #7
 nfs core.v1.NFSVolumeSource #2.5
 nodeAffinity core.v1.VolumeNodeAffinity #9
 persistentVolumeReclaimPolicy string #5
 photonPersistentDisk core.v1.PhotonPersistentDiskVolumeSource #2.17
 portworxVolume core.v1.PortworxVolumeSource #2.18
 quobyte core.v1.QuobyteVolumeSource #2.15
 rbd core.v1.RBDPersistentVolumeSource #2.6
 scaleIO core.v1.ScaleIOPersistentVolumeSource #2.19
 storageClassName string #6
 storageos core.v1.StorageOSPersistentVolumeSource #2.21
 volumeAttributesClassName string #10
 volumeMode string #8
 vsphereVolume core.v1.VsphereVirtualDiskVolumeSource #2.14
core.v1.PersistentVolumeStatus
 lastPhaseTransitionTime time #4
 message string #2
 phase string #1
 reason string #3
core.v1.PhotonPersistentDiskVolumeSource
 fsType string #2
 pdID! string #1
core.v1.Pod
 apiVersion string
 kind string
 metadata meta.v1.ObjectMeta #1
 spec core.v1.PodSpec #2
 status core.v1.PodStatus #3
core.v1.PodAffinity
 preferredDuringSchedulingIgnoredDuringExecution list[core.v1.WeightedPodAffinityTerm] #2
 requiredDuringSchedulingIgnoredDuringExecution list[core.v1.PodAffinityTerm] #1
core.v1.PodAffinityTerm
 labelSelector meta.v1.LabelSelector #1
 matchLabelKeys list[string] #5
 mismatchLabelKeys list[string] #6
 namespaceSelector meta.v1.LabelSelector #4
 namespaces list[string] #2
 topologyKey! string #3
core.v1.PodAntiAffinity
 preferredDuringSchedulingIgnoredDuringExecution list[core.v1.WeightedPodAffinityTerm] #2
 requiredDuringSchedulingIgnoredDuringExecution list[core.v1.PodAffinityTerm] #1
core.v1.PodCondition
 lastProbeTime time #3
 lastTransitionTime time #4
 message string #6
 reason string #5
 status! string #2
 type! string #1
core.v1.PodDNSConfig
 nameservers list[string] #1
 options list[core.v1.PodDNSConfigOption] #3
 searches list[string] #2
core.v1.PodDNSConfigOption
 name string #1
 value string #2
core.v1.PodIP
 ip string #1
core.v1.PodOS
 name string #1
core.v1.PodReadinessGate
 conditionType! string #1
core.v1.PodResourceClaim
 name string #1
 resourceClaimName string #3
 resourceClaimTemplateName string #4
core.v1.PodResourceClaimStatus
 name string #1
 resourceClaimName string #2
core.v1.PodSchedulingGate
 name string #1
core.v1.PodSecurityContext
 appArmorProfile core.v1.AppArmorProfile #11
 fsGroup integer #5
 fsGroupChangePolicy string #9
 runAsGroup integer #6
 runAsNonRoot boolean #3
 runAsUser integer #2
 seLinuxChangePolicy string #13
 seLinuxOptions core.v1.SELinuxOptions #1
 seccompProfile core.v1.SeccompProfile #10
 supplementalGroups list[integer] #4
 supplementalGroupsPolicy string #12
 sysctls list[core.v1.Sysctl] #7
 windowsOptions core.v1.WindowsSecurityContextOptions #8
core.v1.PodSpec
 activeDeadlineSeconds integer #5
 affinity core.v1.Affinity #18
 automountServiceAccountToken boolean #21
 containers! map:name[core.v1.Container] ~name #2
 dnsConfig core.v1.PodDNSConfig #26
 dnsPolicy string #6
 enableServiceLinks boolean #30
 ephemeralContainers map:name[core.v1.EphemeralContainer] ~name #34
 hostAliases map:ip[core.v1.HostAlias] ~ip #23
 hostIPC boolean #13
 hostNetwork boolean #11
 hostPID boolean #12
 hostUsers boolean #37
 hostname string #16
 imagePullSecrets map:name[core.v1.LocalObjectReference] ~name #15
 initContainers map:name[core.v1.Container] ~name #20
 nodeName string #10
 nodeSelector atomic-object[string] #7
 os core.v1.PodOS #36
 overhead object[quantity] #32
 preemptionPolicy string #31
 priority integer #25
 priorityClassName string #24
 readinessGates list[core.v1.PodReadinessGate] #28
 resourceClaims map:name[core.v1.PodResourceClaim] #39
 resources core.v1.ResourceRequirements #40
 restartPolicy string #3
 runtimeClassName string #29
 schedulerName string #19
 schedulingGates map:name[core.v1.PodSchedulingGate] #38
 securityContext core.v1.PodSecurityContext #14
 serviceAccount string #9
 serviceAccountName string #8
 setHostnameAsFQDN boolean #35
 shareProcessNamespace boolean #27
 subdomain string #17
 terminationGracePeriodSeconds integer #4
 tolerations list[core.v1.Toleration] #22
 topologySpreadConstraints map:topologyKey,whenUnsatisfiable[core.v1.TopologySpreadConstraint] ~topologyKey #33
 volumes map:name[core.v1.Volume] ~name retain #1
core.v1.PodStatus
 conditions map:type[core.v1.PodCondition] ~type #2
 containerStatuses list[core.v1.ContainerStatus] #8
 ephemeralContainerStatuses list[core.v1.ContainerStatus] #13
 hostIP string #5
 hostIPs list[core.v1.HostIP] #16
 initContainerStatuses list[core.v1.ContainerStatus] #10
 message string #3
 nominatedNodeName string #11
 phase string #1
 podIP string #6
 podIPs map:ip[core.v1.PodIP] ~ip #12
 qosClass string #9
 reason string #4
 resize string #14
 resourceClaimStatuses map:name[core.v1.PodResourceClaimStatus] #15
 startTime time #7
core.v1.PodTemplate
 apiVersion string
 kind string
 metadata meta.v1.ObjectMeta #1
 template core.v1.PodTemplateSpec #2
core.v1.PodTemplateSpec
 metadata meta.v1.ObjectMeta #1
 spec core.v1.PodSpec #2
core.v1.PortStatus
 error string #3
 port! integer #1
 protocol! string #2
core.v1.PortworxVolumeSource
 fsType string #2
 readOnly boolean #3
 volumeID! string #1
core.v1.PreferredSchedulingTerm
 preference! core.v1.NodeSelectorTerm #2
 weight! integer #1
core.v1.Probe
 exec core.v1.ExecAction #1.1
 failureThreshold integer #6
 grpc core.v1.GRPCAction #1.4
 httpGet core.v1.HTTPGetAction #1.2
 initialDelaySeconds integer #2
 periodSeconds integer #4
 successThreshold integer #5
 tcpSocket core.v1.TCPSocketAction #1.3
 terminationGracePeriodSeconds integer #7
 timeoutSeconds integer #3
core.v1.ProjectedVolumeSource
 defaultMode integer #2
 sources list[core.v1.VolumeProjection] #1
core.v1.QuobyteVolumeSource
 group string #5
 readOnly boolean #3
 registry! string #1
 tenant string #6
 user string #4
 volume! string #2
core.v1.RBDPersistentVolumeSource
 fsType string #3
 image! string #2
 keyring string =/etc/ceph/keyring #6
 monitors! list[string] #1
 pool string =rbd #4
 readOnly boolean #8
 secretRef core.v1.SecretReference #7
 user string =admin #5
core.v1.RBDVolumeSource
 fsType string #3
 image! string #2
 keyring string =/etc/ceph/keyring #6
 monitors! list[string] #1
 pool string =rbd #4
 readOnly boolean #8
 secretRef core.v1.LocalObjectReference #7
 user string =admin #5
core.v1.ReplicationController
 apiVersion string
 kind string
 metadata meta.v1.ObjectMeta #1
 spec core.v1.ReplicationControllerSpec #2
 status core.v1.ReplicationControllerStatus #3
core.v1.ReplicationControllerCondition
 lastTransitionTime time #3
 message string #5
 reason string #4
 status! string #2
 type! string #1
core.v1.ReplicationControllerSpec
 minReadySeconds integer #4
 replicas integer #1
 selector atomic-object[string] #2
 template core.v1.PodTemplateSpec #3
core.v1.ReplicationControllerStatus
 availableReplicas integer #5
 conditions map:type[core.v1.ReplicationControllerCondition] ~type #6
 fullyLabeledReplicas integer #2
 observedGeneration integer #3
 readyReplicas integer #4
 replicas! integer #1
core.v1.ResourceClaim
 name string #1
 request string #2
core.v1.ResourceFieldSelector atomic
 containerName string #1
 divisor quantity #3
 resource! string #2
core.v1.ResourceHealth
 health string #2
 resourceID string #1
core.v1.ResourceQuota
 apiVersion string
 kind string
 metadata meta.v1.ObjectMeta #1
 spec core.v1.ResourceQuotaSpec #2
 status core.v1.ResourceQuotaStatus #3
core.v1.ResourceQuotaSpec
 hard object[quantity] #1
 scopeSelector core.v1.ScopeSelector #3
 scopes list[string] #2
core.v1.ResourceQuotaStatus
 hard object[quantity] #1
 used object[quantity] #2
core.v1.ResourceRequirements
 claims map:name[core.v1.ResourceClaim] #3
 limits object[quantity] #1
 requests object[quantity] #2
core.v1.ResourceStatus
 name string #1
 resources map:resourceID[core.v1.ResourceHealth] #2
core.v1.SELinuxOptions
 level string #4
 role string #2
 type string #3
 user string #1
core.v1.ScaleIOPersistentVolumeSource
 fsType string =xfs #9
 gateway! string #1
 protectionDomain string #5
 readOnly boolean #10
 secretRef! core.v1.SecretReference #3
 sslEnabled boolean #4
 storageMode string =ThinProvisioned #7
 storagePool string #6
 system! string #2
 volumeName string #8
core.v1.ScaleIOVolumeSource
 fsType string =xfs #9
 gateway! string #1
 protectionDomain string #5
 readOnly boolean #10
 secretRef! core.v1.LocalObjectReference #3
 sslEnabled boolean #4
 storageMode string =ThinProvisioned #7
 storagePool string #6
 system! string #2
 volumeName string #8
core.v1.ScopeSelector atomic
 matchExpressions list[core.v1.ScopedResourceSelectorRequirement] #1
core.v1.ScopedResourceSelectorRequirement
 operator! string #2
 scopeName! string #1
 values list[string] #3
core.v1.SeccompProfile
 localhostProfile string #2
 type! string #1
core.v1.Secret
 apiVersion string
 data object[bytes] #2
 immutable boolean #5
 kind string
 metadata meta.v1.ObjectMeta #1
 stringData object[string] #4
 type string #3
core.v1.SecretEnvSource
 name string #1.1
 optional boolean #2
core.v1.SecretKeySelector atomic
 key! string #2
 name string #1.1
 optional boolean #3
core.v1.SecretProjection
 items list[core.v1.KeyToPath] #2
 name string #1.1
 optional boolean #4
core.v1.SecretReference atomic
 name string #1
 namespace string #2
core.v1.SecretVolumeSource
 defaultMode integer #3
 items list[core.v1.KeyToPath] #2
 optional boolean #4
 secretName string #1
core.v1.SecurityContext
 allowPrivilegeEscalation boolean #7
 appArmorProfile core.v1.AppArmorProfile #12
 capabilities core.v1.Capabilities #1
 privileged boolean #2
 procMount string #9
 readOnlyRootFilesystem boolean #6
 runAsGroup integer #8
 runAsNonRoot boolean #5
 runAsUser integer #4
 seLinuxOptions core.v1.SELinuxOptions #3
 seccompProfile core.v1.SeccompProfile #11
 windowsOptions core.v1.WindowsSecurityContextOptions #10
core.v1.Service
 apiVersion string
 kind string
 metadata meta.v1.ObjectMeta #1
 spec core.v1.ServiceSpec #2
 status core.v1.ServiceStatus #3
core.v1.ServiceAccount
 apiVersion string
 automountServiceAccountToken boolean #4
 imagePullSecrets list[core.v1.LocalObjectReference] #3
 kind string
 metadata meta.v1.ObjectMeta #1
 secrets map:name[core.v1.ObjectReference] ~name #2
core.v1.ServiceAccountTokenProjection
 audience string #1
 expirationSeconds integer #2
 path! string #3
core.v1.ServicePort
 appProtocol string #6
 name string #1
 nodePort integer #5
 port! integer #3
 protocol string =TCP #2
 targetPort int-or-string #4
core.v1.ServiceSpec
 allocateLoadBalancerNodePorts boolean #20
 clusterIP string #3
 clusterIPs list[string] #18
 externalIPs list[string] #5
 externalName string #10
 externalTrafficPolicy string #11
 healthCheckNodePort integer #12
 internalTrafficPolicy string #22
 ipFamilies list[string] #19
 ipFamilyPolicy string #17
 loadBalancerClass string #21
 loadBalancerIP string #8
 loadBalancerSourceRanges list[string] #9
 ports map:port,protocol[core.v1.ServicePort] ~port #1
 publishNotReadyAddresses boolean #13
 selector atomic-object[string] #2
 sessionAffinity string #7
 sessionAffinityConfig core.v1.SessionAffinityConfig #14
 trafficDistribution string #23
 type string #4
core.v1.ServiceStatus
 conditions map:type[meta.v1.Condition] ~type #2
 loadBalancer core.v1.LoadBalancerStatus #1
core.v1.SessionAffinityConfig
 clientIP core.v1.ClientIPConfig #1
core.v1.SleepAction
 seconds integer #1
core.v1.StorageOSPersistentVolumeSource
 fsType string #3
 readOnly boolean #4
 secretRef core.v1.ObjectReference #5
 volumeName string #1
 volumeNamespace string #2
core.v1.StorageOSVolumeSource
 fsType string #3
 readOnly boolean #4
 secretRef core.v1.LocalObjectReference #5
 volumeName string #1
 volumeNamespace string #2
core.v1.Sysctl
 name! string #1
 value! string #2
core.v1.TCPSocketAction
 host string #2
 port! int-or-string #1
core.v1.Taint
 effect! string #3
 key! string #1
 timeAdded time #4
 value string #2
core.v1.Toleration
 effect string #4
 key string #1
 operator string #2
 tolerationSeconds integer #5
 value string #3
core.v1.TopologySelectorLabelRequirement
 key! string #1
 values! list[string] #2
core.v1.TopologySelectorTerm atomic
 matchLabelExpressions list[core.v1.TopologySelectorLabelRequirement] #1
core.v1.TopologySpreadConstraint
 labelSelector meta.v1.LabelSelector #4
 matchLabelKeys list[string] #8
 maxSkew! integer #1
 minDomains integer #5
 nodeAffinityPolicy string #6
 nodeTaintsPolicy string #7
 topologyKey! string #2
 whenUnsatisfiable! string #3
core.v1.TypedLocalObjectReference atomic
 apiGroup string #1
 kind! string #2
 name! string #3
core.v1.TypedObjectReference
 apiGroup string #1
 kind string #2
 name string #3
 namespace string #4
core.v1.Volume
 awsElasticBlockStore core.v1.AWSElasticBlockStoreVolumeSource #2.4
 azureDisk core.v1.AzureDiskVolumeSource #2.22
 azureFile core.v1.AzureFileVolumeSource #2.18
 cephfs core.v1.CephFSVolumeSource #2.14
 cinder core.v1.CinderVolumeSource #2.13
 configMap core.v1.ConfigMapVolumeSource #2.19
 csi core.v1.CSIVolumeSource #2.28
 downwardAPI core.v1.DownwardAPIVolumeSource #2.16
 emptyDir core.v1.EmptyDirVolumeSource #2.2
 ephemeral core.v1.EphemeralVolumeSource #2.29
 fc core.v1.FCVolumeSource #2.17
 flexVolume core.v1.FlexVolumeSource #2.12
 flocker core.v1.FlockerVolumeSource #2.15
 gcePersistentDisk core.v1.GCEPersistentDiskVolumeSource #2.3
 gitRepo core.v1.GitRepoVolumeSource #2.5
 glusterfs core.v1.GlusterfsVolumeSource #2.9
 hostPath core.v1.HostPathVolumeSource #2.1
 image core.v1.ImageVolumeSource #2.30
 iscsi core.v1.ISCSIVolumeSource #2.8
 name! string #1
 nfs core.v1.NFSVolumeSource #2.7
 persistentVolumeClaim core.v1.PersistentVolumeClaimVolumeSource #2.10
 photonPersistentDisk core.v1.PhotonPersistentDiskVolumeSource #2.23
 portworxVolume core.v1.PortworxVolumeSource #2.24
 projected core.v1.ProjectedVolumeSource #2.26
 quobyte core.v1.QuobyteVolumeSource #2.21
 rbd core.v1.RBDVolumeSource #2.11
 scaleIO core.v1.ScaleIOVolumeSource #2.25
 secret core.v1.SecretVolumeSource #2.6
 storageos core.v1.StorageOSVolumeSource #2.27
 vsphereVolume core.v1.VsphereVirtualDiskVolumeSource #2.20
core.v1.VolumeDevice
 devicePath! string #2
 name! string #1
core.v1.VolumeMount
 mountPath! string #3
 mountPropagation string #5
 name! string #1
 readOnly boolean #2
 recursiveReadOnly string #7
 subPath string #4
 subPathExpr string #6
core.v1.VolumeMountStatus
 mountPath string #2
 name string #1
 readOnly boolean #3
 recursiveReadOnly string #4
core.v1.VolumeNodeAffinity
 required core.v1.NodeSelector #1
core.v1.VolumeProjection
 clusterTrustBundle core.v1.ClusterTrustBundleProjection #5
 configMap core.v1.ConfigMapProjection #3
 downwardAPI core.v1.DownwardAPIProjection #2
 secret core.v1.SecretProjection #1
 serviceAccountToken core.v1.ServiceAccountTokenProjection #4
core.v1.VolumeResourceRequirements
 limits object[quantity] #1
 requests object[quantity] #2
core.v1.VsphereVirtualDiskVolumeSource
 fsType string #2
 storagePolicyID string #4
 storagePolicyName string #3
 volumePath! string #1
core.v1.WeightedPodAffinityTerm
 podAffinityTerm! core.v1.PodAffinityTerm #2
 weight! integer #1
core.v1.WindowsSecurityContextOptions
 gmsaCredentialSpec string #2
 gmsaCredentialSpecName string #1
 hostProcess boolean #4
 runAsUserName string #3
discovery.v1.Endpoint
 addresses set[string] #1
 conditions discovery.v1.EndpointConditions #2
 deprecatedTopology object[string] #5
 hints discovery.v1.EndpointHints #8
 hostname string #3
 nodeName string #6
 targetRef core.v1.ObjectReference #4
 zone string #7
discovery.v1.EndpointConditions
 ready boolean #1
 serving boolean #2
 terminating boolean #3
discovery.v1.EndpointHints
 forZones list[discovery.v1.ForZone] #1
discovery.v1.EndpointPort atomic
 appProtocol string #4
 name string #1
 port integer #3
 protocol string #2
discovery.v1.EndpointSlice
 addressType string #4
 apiVersion string
 endpoints list[discovery.v1.Endpoint] #2
 kind string
 metadata meta.v1.ObjectMeta #1
 ports list[discovery.v1.EndpointPort] #3
discovery.v1.ForZone
 name string #1
events.v1.Event
 action string #6
 apiVersion string
 deprecatedCount integer #15
 deprecatedFirstTimestamp time #13
 deprecatedLastTimestamp time #14
 deprecatedSource core.v1.EventSource #12
 eventTime! time #2
 kind string
 metadata! meta.v1.ObjectMeta #1
 note string #10
 reason string #7
 regarding core.v1.ObjectReference #8
 related core.v1.ObjectReference #9
 reportingController string #4
 reportingInstance string #5
 series events.v1.EventSeries #3
 type string #11
events.v1.EventSeries
 count! integer #1
 lastObservedTime! time #2
meta.v1.Condition
 lastTransitionTime! time #4
 message! string #6
 observedGeneration integer #3
 reason! string #5
 status! string #2
 type! string #1
meta.v1.DeleteOptions
 apiVersion string
 dryRun list[string] #5
 gracePeriodSeconds integer #1
 ignoreStoreReadErrorWithClusterBreakingPotential boolean #6
 kind string
 orphanDependents boolean #3
 preconditions meta.v1.Preconditions #2
 propagationPolicy string #4
meta.v1.LabelSelector atomic
 matchExpressions list[meta.v1.LabelSelectorRequirement] #2
 matchLabels object[string] #1
meta.v1.LabelSelectorRequirement
 key! string ~key #1
 operator! string #2
 values list[string] #3
meta.v1.ManagedFieldsEntry
 apiVersion string #3
 fieldsType string #6
 fieldsV1 any #7
 manager string #1
 operation string #2
 subresource string #8
 time time #4
meta.v1.ObjectMeta
 annotations object[string] #12
 creationTimestamp time #8
 deletionGracePeriodSeconds integer #10
 deletionTimestamp time #9
 finalizers set[string] ~ #14
 generateName string #2
 generation integer #7
 labels object[string] #11
 managedFields list[meta.v1.ManagedFieldsEntry] #17
 name string #1
 namespace string #3
 ownerReferences map:uid[meta.v1.OwnerReference] ~uid #13
 resourceVersion string #6
 selfLink string #4
 uid string #5
meta.v1.OwnerReference atomic
 apiVersion! string #5
 blockOwnerDeletion boolean #7
 controller boolean #6
 kind! string #1
 name! string #3
 uid! string #4
meta.v1.Preconditions
 resourceVersion string #2
 uid string #1
networking.v1.HTTPIngressPath
 backend! networking.v1.IngressBackend #2
 path string #1
 pathType string #3
networking.v1.HTTPIngressRuleValue
 paths! list[networking.v1.HTTPIngressPath] #1
networking.v1.IPBlock
 cidr! string #1
 except list[string] #2
networking.v1.Ingress
 apiVersion string
 kind string
 metadata meta.v1.ObjectMeta #1
 spec networking.v1.IngressSpec #2
 status networking.v1.IngressStatus #3
networking.v1.IngressBackend
 resource core.v1.TypedLocalObjectReference #3
 service networking.v1.IngressServiceBackend #4
networking.v1.IngressClass
 apiVersion string
 kind string
 metadata meta.v1.ObjectMeta #1
 spec networking.v1.IngressClassSpec #2
networking.v1.IngressClassParametersReference
 apiGroup string
 kind string #2
 name string #3
 namespace string #5
 scope string #4
networking.v1.IngressClassSpec
 controller string #1
 parameters networking.v1.IngressClassParametersReference #2
networking.v1.IngressLoadBalancerIngress
 hostname string #2
 ip string #1
 ports list[networking.v1.IngressPortStatus] #4
networking.v1.IngressLoadBalancerStatus
 ingress list[networking.v1.IngressLoadBalancerIngress] #1
networking.v1.IngressPortStatus
 error string #3
 port integer #1
 protocol string #2
networking.v1.IngressRule
 host string #1
 http networking.v1.HTTPIngressRuleValue #2.1
networking.v1.IngressServiceBackend
 name! string #1
 port networking.v1.ServiceBackendPort #2
networking.v1.IngressSpec
 defaultBackend networking.v1.IngressBackend #1
 ingressClassName string #4
 rules list[networking.v1.IngressRule] #3
 tls list[networking.v1.IngressTLS] #2
networking.v1.IngressStatus
 loadBalancer networking.v1.IngressLoadBalancerStatus #1
networking.v1.IngressTLS
 hosts list[string] #1
 secretName string #2
networking.v1.NetworkPolicy
 apiVersion string
 kind string
 metadata meta.v1.ObjectMeta #1
 spec networking.v1.NetworkPolicySpec #2
networking.v1.NetworkPolicyEgressRule
 ports list[networking.v1.NetworkPolicyPort] #1
 to list[networking.v1.NetworkPolicyPeer] #2
networking.v1.NetworkPolicyIngressRule
 from list[networking.v1.NetworkPolicyPeer] #2
 ports list[networking.v1.NetworkPolicyPort] #1
networking.v1.NetworkPolicyPeer
 ipBlock networking.v1.IPBlock #3
 namespaceSelector meta.v1.LabelSelector #2
 podSelector meta.v1.LabelSelector #1
networking.v1.NetworkPolicyPort
 endPort integer #3
 port int-or-string #2
 protocol string #1
networking.v1.NetworkPolicySpec
 egress list[networking.v1.NetworkPolicyEgressRule] #3
 ingress list[networking.v1.NetworkPolicyIngressRule] #2
 podSelector! meta.v1.LabelSelector #1
 policyTypes list[string] #4
networking.v1.ServiceBackendPort atomic
 name string #1
 number integer #2
node.v1.Overhead
 podFixed object[quantity] #1
node.v1.RuntimeClass
 apiVersion string
 handler! string #2
 kind string
 metadata meta.v1.ObjectMeta #1
 overhead node.v1.Overhead #3
 scheduling node.v1.Scheduling #4
node.v1.Scheduling
 nodeSelector atomic-object[string] #1
 tolerations list[core.v1.Toleration] #2
policy.v1.Eviction
 apiVersion string
 deleteOptions meta.v1.DeleteOptions #2
 kind string
 metadata meta.v1.ObjectMeta #1
policy.v1.PodDisruptionBudget
 apiVersion string
 kind string
 metadata meta.v1.ObjectMeta #1
 spec policy.v1.PodDisruptionBudgetSpec #2
 status policy.v1.PodDisruptionBudgetStatus #3
policy.v1.PodDisruptionBudgetSpec
 maxUnavailable int-or-string #3
 minAvailable int-or-string #1
 selector meta.v1.LabelSelector #2
 unhealthyPodEvictionPolicy string #4
policy.v1.PodDisruptionBudgetStatus
 conditions map:type[meta.v1.Condition] #7
 currentHealthy integer #4
 desiredHealthy integer #5
 disruptedPods object[time] #2
 disruptionsAllowed integer #3
 expectedPods integer #6
 observedGeneration integer #1
rbac.v1.AggregationRule
 clusterRoleSelectors list[meta.v1.LabelSelector] #1
rbac.v1.ClusterRole
 aggregationRule rbac.v1.AggregationRule #3
 apiVersion string
 kind string
 metadata meta.v1.ObjectMeta #1
 rules list[rbac.v1.PolicyRule] #2
rbac.v1.ClusterRoleBinding
 apiVersion string
 kind string
 metadata meta.v1.ObjectMeta #1
 roleRef! rbac.v1.RoleRef #3
 subjects list[rbac.v1.Subject] #2
rbac.v1.PolicyRule
 apiGroups list[string] #2
 nonResourceURLs list[string] #5
 resourceNames list[string] #4
 resources list[string] #3
 verbs! list[string] #1
rbac.v1.Role
 apiVersion string
 kind string
 metadata meta.v1.ObjectMeta #1
 rules list[rbac.v1.PolicyRule] #2
rbac.v1.RoleBinding
 apiVersion string
 kind string
 metadata meta.v1.ObjectMeta #1
 roleRef! rbac.v1.RoleRef #3
 subjects list[rbac.v1.Subject] #2
rbac.v1.RoleRef atomic
 apiGroup! string #1
 kind! string #2
 name! string #3
rbac.v1.Subject atomic
 apiGroup string #2
 kind! string #1
 name! string #3
 namespace string #4
scheduling.v1.PriorityClass
 apiVersion string
 description string #4
 globalDefault boolean #3
 kind string
 metadata meta.v1.ObjectMeta #1
 preemptionPolicy string #5
 value! integer #2
storage.v1.StorageClass
 allowVolumeExpansion boolean #6
 allowedTopologies list[core.v1.TopologySelectorTerm] #8
 apiVersion string
 kind string
 metadata meta.v1.ObjectMeta #1
 mountOptions list[string] #5
 parameters object[string] #3
 provisioner! string #2
 reclaimPolicy string #4
 volumeBindingMode string #7
`

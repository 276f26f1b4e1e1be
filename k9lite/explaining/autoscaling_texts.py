"""What scales pods, and what breaks things on purpose: texts of ``explain``."""

from collections.abc import Mapping

_TARGET = "target MetricTarget: What it should be."

TEXTS: Mapping[str, str] = {
    "HorizontalPodAutoscaler": """
        = Changes the number of pods of something with what they use.
        spec HorizontalPodAutoscalerSpec: What is wanted.
        status HorizontalPodAutoscalerStatus: What it sees, and what it does.
    """,
    "HorizontalPodAutoscalerSpec": """
        = Whose pods, between how few and how many, and by what measure.
        behavior HorizontalPodAutoscalerBehavior: How fast it may go up and down.
        maxReplicas! integer: The most pods.
        metrics []MetricSpec: What is measured, and what it should be; of several the one that asks for most counts.
        minReplicas integer: The fewest pods; 1 without.
        scaleTargetRef! CrossVersionObjectReference: What is scaled.
    """,
    "HorizontalPodAutoscalerStatus": """
        = What it sees, and what it does.
        conditions []Condition: Whether it can scale, is scaling, and is held back.
        currentMetrics []MetricStatus: What was measured last.
        currentReplicas integer: How many there are.
        desiredReplicas! integer: How many there should be.
        lastScaleTime string: When it last changed their number.
        observedGeneration integer: The generation it has seen.
        recommendations []Recommendation: What it would have liked, lately. Kubernetes' controller keeps this to itself.
        scaleChanges []ScaleChange: What it changed, lately. Kubernetes' controller keeps this to itself.
    """,
    "CrossVersionObjectReference": """
        = An object of the same namespace.
        apiVersion string: Its API version.
        kind! string: Its kind.
        name! string: Its name.
    """,
    "HorizontalPodAutoscalerBehavior": """
        = How fast it may go.
        scaleDown HPAScalingRules: Down: to the fewest at once, after five minutes without.
        scaleUp HPAScalingRules: Up: by 4 pods or to twice as many in 15 seconds without.
    """,
    "HPAScalingRules": """
        = How fast it may go in one direction.
        policies []HPAScalingPolicy: How much may change in how long.
        selectPolicy string {Disabled,Max,Min}: Which of the policies counts: that of the largest change without.
        stabilizationWindowSeconds integer: For how long what it would have liked counts.
        tolerance Quantity: How far from the target nothing happens; a tenth without.
    """,
    "HPAScalingPolicy": """
        = How much may change in how long.
        periodSeconds! integer: In so many seconds.
        type! string {Percent,Pods}: Of what.
        value! integer: How many.
    """,
    "MetricSpec": """
        = A measure.
        containerResource ContainerResourceMetricSource: What one container of each pod uses.
        external NamedMetricSource: Something outside of the cluster.
        object ObjectMetricSource: Something an object of the namespace tells.
        pods NamedMetricSource: Something each pod tells.
        resource ResourceMetricSource: What the pods use.
        type! string {ContainerResource,External,Object,Pods,Resource}: Which of the others it is.
    """,
    "ResourceMetricSource": f"""
        = What the pods use.
        name! string: Of cpu or of memory.
        {_TARGET}
    """,
    "ContainerResourceMetricSource": f"""
        = What one container of each pod uses.
        container! string: The container.
        name! string: Of cpu or of memory.
        {_TARGET}
    """,
    "NamedMetricSource": f"""
        = A metric by its name; nothing serves such metrics here.
        metric! MetricIdentifier: Which.
        {_TARGET}
    """,
    "ObjectMetricSource": f"""
        = A metric of one object; nothing serves such metrics here.
        describedObject! CrossVersionObjectReference: Of what.
        metric! MetricIdentifier: Which.
        {_TARGET}
    """,
    "MetricIdentifier": """
        = The name of a metric.
        name! string: Its name.
        selector LabelSelector: Which of its series.
    """,
    "MetricTarget": """
        = What a measure should be.
        averageUtilization integer: On average, in percent of what is requested.
        averageValue Quantity: On average, as an amount.
        type! string {AverageValue,Utilization,Value}: Which of the others it is.
        value Quantity: In all.
    """,
    "MetricStatus": """
        = What was measured last.
        containerResource: What one container of each pod uses.
        resource: What the pods use.
        type!: Which of the others it is.
    """,
    "ResourceMetricStatus": """
        = What the pods were found to use.
        current!: How much.
        name!: Of cpu or of memory.
    """,
    "ContainerResourceMetricStatus": """
        = What one container of each pod was found to use.
        container!: The container.
        current!: How much.
        name!: Of cpu or of memory.
    """,
    "MetricValueStatus": """
        = How much something was.
        averageUtilization: On average, in percent of what is requested.
        averageValue: On average, as an amount.
        value: In all.
    """,
    "Fault": """
        = Something that is broken on purpose, until this object is deleted. Not a kind of Kubernetes.
        spec FaultSpec: What breaks.
    """,
    "FaultSpec": """
        = What breaks.
        component string {kube-controller-manager,kube-scheduler}: Which part of the control plane is down.
        container string: Which container of the pod; the first without.
        memory Quantity: How much a leak takes every second (10Mi without), or what a node loses in all.
        namespace string: Where the pod is; default without.
        node string: The node that goes down, or whose memory or disk is full.
        pod string: The pod that loses memory.
        type! string {ComponentDown,DiskFull,MemoryFull,MemoryLeak,NodeDown}: What happens.
    """,
}

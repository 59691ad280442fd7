package io.github.dirtyrange.report;

import io.github.dirtyrange.kernel.Capabilities;
import io.github.dirtyrange.kernel.Capability;
import io.github.dirtyrange.kernel.CauseCounts;
import java.util.LinkedHashMap;
import java.util.Map;

/** The kernel of a comparison, member by member as it is in JSON. */
record JsonKernel(String name, String release, Map<String, CapabilityPart> capabilities) {

  /** What is known of a capability. */
  record CapabilityPart(boolean available, String detail) {}

  static JsonKernel of(String name, String release, Capabilities capabilities) {
    Map<String, CapabilityPart> parts = new LinkedHashMap<>();
    for (Capability capability : capabilities.all()) {
      parts.put(capability.name(), new CapabilityPart(capability.available(), capability.detail()));
    }
    return new JsonKernel(name, release, parts);
  }

  /** {@return what changed pages, by the causes' titles} */
  static Map<String, Long> causes(CauseCounts counts) {
    Map<String, Long> causes = new LinkedHashMap<>();
    counts.pages().forEach((cause, pages) -> causes.put(cause.title(), pages));
    return causes;
  }
}

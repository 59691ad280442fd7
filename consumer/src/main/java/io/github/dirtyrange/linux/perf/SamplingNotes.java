package io.github.dirtyrange.linux.perf;

import io.github.dirtyrange.linux.sys.Settings;

/** What people are told of how a sampler does. */
final class SamplingNotes {

  private final PerfEvents perf;
  private final SamplingPlan plan;
  private final int wantedPages;
  private long unsampledReads;
  private String refusal = "";

  /** Notes on a sampler that wanted rings of so many pages. */
  SamplingNotes(PerfEvents perf, SamplingPlan plan, int wantedPages) {
    this.perf = perf;
    this.plan = plan;
    this.wantedPages = wantedPages;
  }

  /** Takes note of a reading after which there were faults that had not been sampled. */
  void unsampled() {
    unsampledReads++;
  }

  /** Takes note of why a CPU that came online is not sampled. */
  void newCpuRefused(String why) {
    refusal = ", not those of a new CPU: " + why;
  }

  /** {@return in a few words: what is not sampled, if anything is not} */
  String limits() {
    String faults = perf.excludesKernel() ? ", faults of user mode only" : "";
    return unsampledReads == 0 ? faults : faults + ", " + unsampledTimes() + " not sampled";
  }

  /** {@return how it samples, and what a setting kept it from} */
  String describe(int pagesPerRing) {
    StringBuilder text = new StringBuilder("page faults sampled by ");
    text.append(plan.source().title()).append(" into rings of ");
    text.append(pagesPerRing).append(" pages a CPU");
    if (perf.chainDepth() > 0) {
      text.append(", with chains of up to ").append(perf.chainDepth()).append(" calls");
    }
    if (pagesPerRing < wantedPages) {
      text.append(" (not ").append(wantedPages).append(": ").append(PerfRings.remedy()).append(")");
    }
    if (perf.excludesKernel()) {
      text.append(", those of user mode only: after faults of kernel mode everything is scanned (")
          .append(Settings.say("kernel/perf_event_paranoid"))
          .append("; 1 or less, or CAP_PERFMON, would sample them)");
    }
    text.append(refusal);
    if (unsampledReads > 0) {
      text.append(", ")
          .append(unsampledTimes())
          .append(" faults were not sampled, and everything was to be scanned");
    }
    return text.toString();
  }

  private String unsampledTimes() {
    return unsampledReads == 1 ? "once" : unsampledReads + " times";
  }
}

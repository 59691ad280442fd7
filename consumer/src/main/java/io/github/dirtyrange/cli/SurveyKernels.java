package io.github.dirtyrange.cli;

import java.util.List;

/** On which kernels a survey measures. */
enum SurveyKernels {
  /** On the running one. */
  LINUX(false, true),

  /** On the simulated one. */
  SIM(true, false),

  /** The same points on both. */
  BOTH(true, true);

  private final boolean simulates;
  private final boolean runs;

  SurveyKernels(boolean simulates, boolean runs) {
    this.simulates = simulates;
    this.runs = runs;
  }

  /** {@return the kernels} */
  List<KernelChoice> kernels() {
    if (simulates && runs) {
      return List.of(KernelChoice.SIM, KernelChoice.LINUX);
    }
    return List.of(simulates ? KernelChoice.SIM : KernelChoice.LINUX);
  }

  /** {@return whether the simulated one is among them} */
  boolean simulates() {
    return simulates;
  }

  /** {@return whether the running one is among them} */
  boolean runs() {
    return runs;
  }
}

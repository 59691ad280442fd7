package io.github.dirtyrange.cli;

import java.util.List;

/** On which kernels a survey measures. */
enum SurveyKernels {
  /** On the running one. */
  LINUX(KernelChoice.LINUX),

  /** On the simulated one. */
  SIM(KernelChoice.SIM),

  /** The same points on both. */
  BOTH(KernelChoice.SIM, KernelChoice.LINUX);

  private final List<KernelChoice> kernels;

  SurveyKernels(KernelChoice... kernels) {
    this.kernels = List.of(kernels);
  }

  /** {@return the kernels} */
  List<KernelChoice> kernels() {
    return kernels;
  }

  /** {@return whether the simulated one is among them} */
  boolean simulates() {
    return kernels.contains(KernelChoice.SIM);
  }

  /** {@return whether the running one is among them} */
  boolean runs() {
    return kernels.contains(KernelChoice.LINUX);
  }
}

package io.github.dirtyrange.cli;

import io.github.dirtyrange.kernel.CostModel;
import io.github.dirtyrange.kernel.sim.machine.Profile;
import io.github.dirtyrange.lab.LinuxTestbed;
import io.github.dirtyrange.lab.SimTestbed;
import io.github.dirtyrange.lab.Testbed;

/** The kernels to experiment on; each is loaded only when it is opened. */
enum KernelChoice {
  /** The running one. */
  LINUX {
    @Override
    Testbed open(Profile simulated, CostModel costs) {
      return LinuxTestbed.open();
    }

    @Override
    int warmup() {
      return 100;
    }

    @Override
    int surveyRounds() {
      return 7;
    }

    @Override
    int surveyWarmup() {
      return 3;
    }
  },

  /** The simulated one. */
  SIM {
    @Override
    Testbed open(Profile simulated, CostModel costs) {
      return SimTestbed.open(simulated, costs);
    }

    @Override
    int warmup() {
      return 10;
    }

    @Override
    int surveyRounds() {
      return 2;
    }

    @Override
    int surveyWarmup() {
      return 2;
    }
  };

  /** {@return the kernel; the running one is what it is} */
  abstract Testbed open(Profile simulated, CostModel costs);

  /** {@return the kernel; if it is simulated, the newest} */
  Testbed open(CostModel costs) {
    return open(Profile.V7_3, costs);
  }

  /** {@return the rounds after which its strategies' times have settled} */
  abstract int warmup();

  /** {@return the rounds that count at a point of a survey, which has many} */
  abstract int surveyRounds();

  /** {@return the rounds before them} A survey's program is compiled after its first points. */
  abstract int surveyWarmup();
}

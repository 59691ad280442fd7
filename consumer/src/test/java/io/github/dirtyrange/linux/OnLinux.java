package io.github.dirtyrange.linux;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.dirtyrange.kernel.Capabilities;
import io.github.dirtyrange.kernel.Capability;

/** What a test needs of the machine; where it is missing, the test is skipped and says why. */
public final class OnLinux {

  /** Probed once for all tests. */
  private static final class Probed {
    static final Capabilities CAPABILITIES = LinuxKernel.open().capabilities();
  }

  private OnLinux() {}

  /** Skips the test unless this is Linux and has all of the capabilities. */
  public static void need(String... capabilities) {
    String os = System.getProperty("os.name");
    assumeTrue(os.equals("Linux"), "this is " + os + ", not Linux");
    for (String name : capabilities) {
      Capability capability = Probed.CAPABILITIES.get(name);
      assumeTrue(capability.available(), capability.toString());
    }
  }
}

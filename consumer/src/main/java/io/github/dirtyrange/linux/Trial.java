package io.github.dirtyrange.linux;

import io.github.dirtyrange.kernel.Capability;
import io.github.dirtyrange.kernel.KernelException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A round trip through the kernel, which may fail with the kernel's error. */
@FunctionalInterface
interface Trial {

  /** Makes the round trip; {@return what it showed} */
  Finding run();

  /**
   * What a round trip showed.
   *
   * @param remedy what alone would change that, where the trial knows it better; otherwise empty
   */
  record Finding(boolean works, String detail, String remedy) {}

  /**
   * What would make a round trip work.
   *
   * @param right where the kernel refuses
   * @param kernel where the kernel does not know how, or does nothing
   */
  record Remedy(String right, String kernel) {}

  /** {@return a finding that it works} */
  static Finding works(String detail) {
    return new Finding(true, detail, "");
  }

  /** {@return a finding that the kernel took the calls and did something else} */
  static Finding lacks(String detail) {
    return lacks(detail, "");
  }

  /** {@return the same, with what alone would change that} */
  static Finding lacks(String detail, String remedy) {
    return new Finding(false, detail, remedy);
  }

  /** {@return the capability that a trial shows} */
  static Capability attempt(String name, Trial trial, Remedy remedy) {
    try {
      Finding finding = trial.run();
      return new Capability(
          name, finding.works(), finding.detail(), finding.works() ? "" : better(finding, remedy));
    } catch (KernelException e) {
      return new Capability(name, false, say(e, remedy), remedy(e, remedy));
    } catch (UncheckedIOException e) {
      return new Capability(name, false, String.valueOf(e.getMessage()), missingFiles(remedy));
    }
  }

  private static String better(Finding finding, Remedy remedy) {
    return finding.remedy().isEmpty() ? remedy.kernel() : finding.remedy();
  }

  /**
   * An error that a setting causes names the setting itself; others mean that something is missing.
   */
  private static String say(KernelException e, Remedy remedy) {
    String message = String.valueOf(e.getMessage());
    return switch (e.errno()) {
      case EACCES, EPERM, EMFILE -> message;
      default -> e.remedy().isEmpty() ? message + "; needs " + remedy(e, remedy) : message;
    };
  }

  /** Where an error says itself what it needs, that is all that it needs. */
  private static String remedy(KernelException e, Remedy remedy) {
    return switch (e.errno()) {
      case EACCES, EPERM -> remedy.right();
      case EMFILE -> "a higher limit of open files (ulimit -n)";
      case ESRCH, ENOENT -> missingFiles(remedy);
      default -> e.remedy().isEmpty() ? remedy.kernel() : e.remedy();
    };
  }

  /** Nearly all goes through two file systems, of which a container may have none. */
  private static String missingFiles(Remedy remedy) {
    if (!Files.exists(Path.of("/proc/self/stat"))) {
      return "/proc to be mounted (mount -t proc proc /proc)";
    }
    if (!Files.exists(Path.of("/sys/devices/system/cpu/online"))) {
      return "/sys to be mounted (mount -t sysfs sysfs /sys)";
    }
    return remedy.kernel();
  }
}

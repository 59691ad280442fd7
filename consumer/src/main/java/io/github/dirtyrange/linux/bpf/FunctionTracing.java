package io.github.dirtyrange.linux.bpf;

import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.linux.sys.Abi;
import io.github.dirtyrange.linux.sys.Descriptor;
import io.github.dirtyrange.linux.sys.Sys;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * The switch of the machine that takes all programs away from functions, without a word to who has
 * attached them: {@code kernel.ftrace_enabled}. Off and on again between two looks is not noticed.
 */
final class FunctionTracing implements AutoCloseable {

  private final Optional<Descriptor> file;
  private final ByteBuffer first = Sys.struct(1);

  private FunctionTracing(Optional<Descriptor> file) {
    this.file = file;
  }

  /** Looks at the switch; a kernel without one, or a container that hides it, has it on. */
  static FunctionTracing open() {
    try {
      String path = "/proc/sys/kernel/ftrace_enabled";
      return new FunctionTracing(Optional.of(Descriptor.open(path, Abi.O_RDONLY)));
    } catch (KernelException e) {
      return new FunctionTracing(Optional.empty());
    }
  }

  /** {@return whether programs at functions run} */
  boolean isOn() {
    if (file.isEmpty()) {
      return true;
    }
    file.get().pread(Sys.address(first), 1, 0, "read of ftrace_enabled");
    return first.get(0) != '0';
  }

  @Override
  public void close() {
    file.ifPresent(Descriptor::close);
  }
}

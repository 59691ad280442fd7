package io.github.dirtyrange.linux.arm;

import static io.github.dirtyrange.elf.Value.at;
import static io.github.dirtyrange.elf.Value.constant;

import io.github.dirtyrange.elf.SmallProgram;
import io.github.dirtyrange.elf.Value.Constant;
import io.github.dirtyrange.elf.Value.Variable;

/**
 * Whether a stopped thread has its system calls dispatched to itself (PR_SET_SYSCALL_USER_DISPATCH,
 * as programs for other systems do): a call that it is made to make may be a SIGSYS instead.
 */
final class DispatchCode {

  /** Linux 6.4; an older kernel does not say, and has no WP_ASYNC to arm with. */
  private static final int PTRACE_GET_SYSCALL_USER_DISPATCH_CONFIG = 0x4211;

  // linux/ptrace.h: struct ptrace_sud_config, which begins with the mode
  private static final int CONFIG_BYTES = 32;

  private final TracingCode tracing;
  private final SmallProgram code;
  private final Constant config;
  private final Variable result;

  /** Whether it has. */
  final Variable isOn;

  DispatchCode(HelperProgram helper, TracingCode tracing) {
    this.tracing = tracing;
    code = helper.code;
    config = code.memory(CONFIG_BYTES);
    result = code.variable();
    isOn = code.variable();
  }

  void functions() {
    code.function("findDispatch", this::find);
  }

  private void find() {
    code.set(isOn, constant(0));
    code.set(
        result,
        tracing.traced(PTRACE_GET_SYSCALL_USER_DISPATCH_CONFIG, constant(CONFIG_BYTES), config));
    code.when(result.isNot(0), code::leave);
    code.when(at(config).isNot(0), () -> code.set(isOn, constant(1)));
  }
}

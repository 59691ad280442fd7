package io.github.dirtyrange.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.dirtyrange.kernel.ChangeQueue;
import io.github.dirtyrange.kernel.Kernel;
import io.github.dirtyrange.kernel.MemoryGoneException;
import io.github.dirtyrange.kernel.MemoryGoneException.Reason;
import io.github.dirtyrange.kernel.TrackedProcess;
import io.github.dirtyrange.kernel.sim.machine.Profile;
import io.github.dirtyrange.kernel.sim.machine.Quirk;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A process that is killed after it was opened, and before it is tracked. */
class EndedWhileArmedTest {

  private final AtomicInteger closed = new AtomicInteger();
  private final AtomicInteger queuesOpened = new AtomicInteger();
  private final AtomicInteger queuesClosed = new AtomicInteger();

  @ParameterizedTest
  @ValueSource(strings = {"maps", "hugePageBytes", "arm"})
  void isClosedAgain(String lastCall) {
    try (Watched process = Watched.Simulated.start(Profile.V7_3.with(Quirk.NO_SOFT_DIRTY))) {
      Kernel kernel = dyingAt(lastCall, process.kernel());
      MemoryGoneException thrown =
          assertThrows(
              MemoryGoneException.class,
              () -> LiveTracker.open(kernel, process.pid(), LiveOptions.defaults()));
      assertThat(thrown.reason()).isEqualTo(Reason.ENDED);
      assertThat(closed).hasValue(1);
    }
  }

  /** The looks that follow the opening of the queue may find that it has ended. */
  @Test
  void leavesNoQueueOpenBehind() {
    try (Watched process = Watched.Simulated.start(Profile.V7_3.with(Quirk.NO_SOFT_DIRTY))) {
      Kernel kernel = dyingOnceItHasAQueue(process.kernel());
      assertThrows(
          MemoryGoneException.class,
          () -> LiveTracker.open(kernel, process.pid(), LiveOptions.defaults()));
      assertThat(queuesOpened).hasValue(1);
      assertThat(queuesClosed).hasValue(1);
    }
  }

  private Kernel dyingOnceItHasAQueue(Kernel kernel) {
    return forwarding(
        Kernel.class,
        (method, arguments) -> {
          if (method.getName().equals("threadName")) {
            throw new MemoryGoneException((int) arguments[0], Reason.ENDED);
          }
          Object result = call(kernel, method, arguments);
          return result instanceof TrackedProcess process ? countingQueues(process) : result;
        });
  }

  private TrackedProcess countingQueues(TrackedProcess process) {
    return forwarding(
        TrackedProcess.class,
        (method, arguments) -> {
          Object result = call(process, method, arguments);
          return result instanceof ChangeQueue queue ? counted(queue) : result;
        });
  }

  private ChangeQueue counted(ChangeQueue queue) {
    queuesOpened.incrementAndGet();
    return forwarding(
        ChangeQueue.class,
        (method, arguments) -> {
          queuesClosed.addAndGet(method.getName().equals("close") ? 1 : 0);
          return call(queue, method, arguments);
        });
  }

  private Kernel dyingAt(String lastCall, Kernel kernel) {
    return forwarding(
        Kernel.class,
        (method, arguments) -> {
          Object result = call(kernel, method, arguments);
          return result instanceof TrackedProcess process ? dyingAt(lastCall, process) : result;
        });
  }

  private TrackedProcess dyingAt(String lastCall, TrackedProcess process) {
    return forwarding(
        TrackedProcess.class,
        (method, arguments) -> {
          if (method.getName().equals(lastCall)) {
            throw new MemoryGoneException(process.pid(), Reason.ENDED);
          }
          closed.addAndGet(method.getName().equals("close") ? 1 : 0);
          return call(process, method, arguments);
        });
  }

  /** What becomes of a call. */
  @FunctionalInterface
  private interface Answer {
    Object to(Method method, Object[] arguments) throws Throwable;
  }

  private static <T> T forwarding(Class<T> type, Answer answer) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) -> answer.to(method, arguments)));
  }

  private static Object call(Object receiver, Method method, Object[] arguments) throws Throwable {
    try {
      return method.invoke(receiver, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }
}

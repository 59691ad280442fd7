package io.github.dirtyrange.store;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * Writes one buffer to a file while the next one is filled. What fails is told by the next call,
 * whichever that is. For one thread, besides its own.
 */
final class WriteBehind implements Closeable {

  private final StoreFiles.Output out;
  private @Nullable ExecutorService thread;
  private @Nullable Future<?> pending;

  WriteBehind(StoreFiles.Output out) {
    this.out = out;
  }

  /** Begins to write a buffer, once the one before is written; nobody may touch it meanwhile. */
  void begin(ByteBuffer bytes) throws IOException {
    await();
    ExecutorService on = thread;
    if (on == null) {
      on = Executors.newSingleThreadExecutor(WriteBehind::daemon);
      thread = on;
    }
    pending =
        on.submit(
            () -> {
              out.write(bytes);
              return null;
            });
  }

  private static Thread daemon(Runnable work) {
    Thread thread = new Thread(work, "store-writer");
    thread.setDaemon(true);
    return thread;
  }

  /** Returns once all is written that was begun. */
  void await() throws IOException {
    Future<?> begun = pending;
    if (begun == null) {
      return;
    }
    boolean interrupted = false;
    try {
      while (true) {
        try {
          begun.get();
          pending = null;
          return;
        } catch (InterruptedException e) {
          interrupted = true;
        } catch (ExecutionException e) {
          throw failure(e);
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** It stays pending, so that nobody takes a later call for a sign that all is well. */
  private static IOException failure(ExecutionException e) {
    Throwable cause = e.getCause();
    return cause instanceof IOException told ? told : new IOException(cause);
  }

  /** Waits, and writes nothing more. What was not awaited before is not wanted any more. */
  @Override
  public void close() {
    ExecutorService on = thread;
    if (on == null) {
      return;
    }
    try {
      await();
    } catch (IOException e) {
      pending = null;
    } finally {
      on.shutdown();
    }
  }
}

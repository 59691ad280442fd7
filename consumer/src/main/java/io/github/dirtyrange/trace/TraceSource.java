package io.github.dirtyrange.trace;

import java.io.Closeable;
import java.io.IOException;
import java.util.Optional;

/** Hands out a trace, event by event, in bounded memory. */
public interface TraceSource extends Closeable {

  /** {@return where the trace is from} */
  TraceHeader header();

  /**
   * {@return the next event; nothing behind the last one} Once it has thrown, there is nothing
   * more.
   *
   * @throws TraceException if the trace is cut or damaged here; what was handed out is whole
   * @throws IOException if the file cannot be read
   */
  Optional<TraceEvent> next() throws IOException;
}

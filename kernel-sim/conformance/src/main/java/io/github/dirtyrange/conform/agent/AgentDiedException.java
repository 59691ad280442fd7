package io.github.dirtyrange.conform.agent;

import java.io.IOException;
import java.io.UncheckedIOException;

/** The agent can no longer be talked to: it was killed, or never came up. */
public final class AgentDiedException extends UncheckedIOException {

  private static final long serialVersionUID = 1L;

  /** A process of the agent is gone. */
  public AgentDiedException(String what) {
    super(what, new IOException(what));
  }

  AgentDiedException(String what, IOException cause) {
    super(what, cause);
  }
}

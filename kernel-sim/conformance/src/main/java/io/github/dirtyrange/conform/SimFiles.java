package io.github.dirtyrange.conform;

/** System calls on files, on the simulated kernel. */
final class SimFiles {

  private final SimSession session;

  SimFiles(SimSession session) {
    this.session = session;
  }

  void addTo(OperationTable calls) {
    calls
        .with(Operation.FileWrite.class, this::write)
        .with(Operation.FileTruncate.class, this::truncate)
        .with(Operation.FilePunch.class, this::punch);
  }

  private Outcome write(Operation.FileWrite write) {
    return SimCalls.call(
        () -> {
          session.file(write.file()).write(write.offset(), write.value());
          return Long.BYTES;
        });
  }

  private Outcome truncate(Operation.FileTruncate truncate) {
    return SimCalls.call(() -> session.file(truncate.file()).truncate(truncate.length()));
  }

  private Outcome punch(Operation.FilePunch punch) {
    return SimCalls.call(
        () -> session.file(punch.file()).punchHole(punch.offset(), punch.length()));
  }
}

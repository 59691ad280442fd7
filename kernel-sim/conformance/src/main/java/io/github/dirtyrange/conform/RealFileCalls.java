package io.github.dirtyrange.conform;

import io.github.dirtyrange.conform.agent.AgentChannel;

/** System calls on files, on the running kernel. */
final class RealFileCalls {

  private final RealSession session;

  RealFileCalls(RealSession session) {
    this.session = session;
  }

  void addTo(OperationTable calls) {
    calls
        .with(Operation.FileWrite.class, this::write)
        .with(Operation.FileTruncate.class, this::truncate)
        .with(Operation.FilePunch.class, this::punch);
  }

  private Outcome write(Operation.FileWrite write) {
    RealProcess process = session.process(write.process());
    return process.writeLong(session.descriptor(write.file()), write.offset(), write.value());
  }

  private Outcome truncate(Operation.FileTruncate truncate) {
    long descriptor = session.descriptor(truncate.file());
    return Outcome.of(
        channel(truncate).systemCall(X64Abi.FTRUNCATE, descriptor, truncate.length()));
  }

  private Outcome punch(Operation.FilePunch punch) {
    return Outcome.of(
        channel(punch)
            .systemCall(
                X64Abi.FALLOCATE,
                session.descriptor(punch.file()),
                X64Abi.FALLOC_PUNCH_HOLE_KEEP_SIZE,
                punch.offset(),
                punch.length()));
  }

  private AgentChannel channel(Operation operation) {
    return session.process(operation.process()).channel();
  }
}

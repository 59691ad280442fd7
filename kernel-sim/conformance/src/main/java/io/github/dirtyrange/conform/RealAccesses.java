package io.github.dirtyrange.conform;

import io.github.dirtyrange.conform.agent.AgentChannel;
import io.github.dirtyrange.conform.agent.AgentReply;

/** Reads and writes of memory on the running kernel: by the CPU, by the kernel, from outside. */
final class RealAccesses {

  private final RealSession session;

  RealAccesses(RealSession session) {
    this.session = session;
  }

  void addTo(OperationTable calls) {
    calls
        .with(Operation.Load.class, this::load)
        .with(Operation.Store.class, this::store)
        .with(Operation.StackStore.class, this::stackStore)
        .with(Operation.MemWrite.class, this::memWrite)
        .with(Operation.KernelWrite.class, this::kernelWrite)
        .with(Operation.ForeignWrite.class, this::foreignWrite);
  }

  private Outcome load(Operation.Load load) {
    AgentChannel channel = channel(load);
    channel.postLoad(Layout.BASE + load.address());
    return access(channel.take());
  }

  private Outcome store(Operation.Store store) {
    AgentChannel channel = channel(store);
    channel.postStore(Layout.BASE + store.address(), store.value());
    return access(channel.take());
  }

  private Outcome stackStore(Operation.StackStore store) {
    return store(new Operation.Store(store.process(), store.address(), store.value()));
  }

  private Outcome memWrite(Operation.MemWrite write) {
    RealProcess process = session.process(write.process());
    long descriptor = process.own("mem", X64Abi.O_RDWR);
    return process.writeLong(descriptor, Layout.BASE + write.address(), write.value());
  }

  private Outcome kernelWrite(Operation.KernelWrite write) {
    long zeros = session.zeroDescriptor();
    return Outcome.of(
        channel(write).systemCall(X64Abi.READ, zeros, Layout.BASE + write.start(), write.length()));
  }

  private Outcome foreignWrite(Operation.ForeignWrite write) {
    AgentChannel channel = channel(write);
    long vectors = AgentChannel.SCRATCH;
    long zeros = vectors + AgentChannel.SCRATCH_BYTES / 2;
    channel.postLongs(vectors, zeros, write.length(), Layout.BASE + write.start(), write.length());
    channel.postSystemCall(
        X64Abi.PROCESS_VM_WRITEV, channel.pid(), vectors, 1, vectors + 2 * Long.BYTES, 1, 0);
    channel.take();
    return Outcome.of(channel.take().value());
  }

  private AgentChannel channel(Operation operation) {
    return session.process(operation.process()).channel();
  }

  private static Outcome access(AgentReply reply) {
    return reply.signal() == 0 ? Outcome.result(reply.value()) : Outcome.signal(reply.signal());
  }
}

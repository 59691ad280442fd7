package io.github.dirtyrange.cli;

import io.github.dirtyrange.criu.CheckpointTarball;
import io.github.dirtyrange.inspect.VerifyResult;
import io.github.dirtyrange.saved.SavedException;
import io.github.dirtyrange.saved.SavedFault;
import java.nio.file.Path;
import java.util.List;

/** A checkpoint as podman and runc pack it: docs/criu.md. */
final class TarballKind implements SavedKind {

  @Override
  public String title() {
    return "a tarball of a checkpoint";
  }

  @Override
  public boolean isAt(Path path) {
    return CheckpointTarball.isOne(path);
  }

  @Override
  public Opened open(Path path) throws SavedException {
    CheckpointTarball tarball = CheckpointTarball.open(path);
    return new Opened(tarball, CriuKind.facts(tarball.memories()), tarball.damaged());
  }

  @Override
  public VerifyResult verify(Path path) {
    List<SavedFault> faults = CheckpointTarball.verify(path);
    try (CheckpointTarball tarball = CheckpointTarball.open(path)) {
      return CriuKind.result(faults, tarball.memories());
    } catch (SavedException e) {
      return new VerifyResult(faults, 0, 0, 0); // what keeps it from being read is a fault
    }
  }
}

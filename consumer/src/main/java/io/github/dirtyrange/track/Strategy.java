package io.github.dirtyrange.track;

import io.github.dirtyrange.kernel.Capabilities;
import io.github.dirtyrange.kernel.Capability;
import io.github.dirtyrange.kernel.ChangeQueueOptions;
import io.github.dirtyrange.kernel.Kernel;
import io.github.dirtyrange.kernel.TrackedProcess;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** A way to find changed pages, in the order in which reports list them. */
public enum Strategy {
  /** Reads the pagemap entry of every page. */
  PAGEMAP {
    @Override
    List<String> needs(Capabilities capabilities) {
      return goesBySoftDirty(capabilities) ? List.of() : WRITE_PROTECTION;
    }

    @Override
    public boolean goesBySoftDirty(Capabilities capabilities) {
      return capabilities.has(Capability.SOFT_DIRTY);
    }

    @Override
    public ChangeTracker open(Kernel kernel, TrackedProcess process, ChangeQueueOptions options) {
      return new PagemapTracker(kernel, process, options.ranges().toList());
    }
  },

  /** Asks PAGEMAP_SCAN for the written pages. */
  PAGEMAP_SCAN {
    @Override
    List<String> needs(Capabilities capabilities) {
      return WRITE_PROTECTION;
    }

    @Override
    public ChangeTracker open(Kernel kernel, TrackedProcess process, ChangeQueueOptions options) {
      return new PagemapScanTracker(kernel, process, options.ranges().toList());
    }
  },

  /** Drains the change queue, which is armed by a scan when it is started. */
  QUEUE {
    @Override
    List<String> needs(Capabilities capabilities) {
      return List.of(Capability.CHANGE_QUEUE, Capability.PAGEMAP_SCAN);
    }

    @Override
    public ChangeTracker open(Kernel kernel, TrackedProcess process, ChangeQueueOptions options) {
      return new QueueTracker(kernel, process, options);
    }
  },

  /** Drains the change queue or scans, whichever was cheaper for as many changes. */
  ADAPTIVE {
    @Override
    List<String> needs(Capabilities capabilities) {
      return QUEUE.needs(capabilities);
    }

    @Override
    public ChangeTracker open(Kernel kernel, TrackedProcess process, ChangeQueueOptions options) {
      return new AdaptiveTracker(kernel, process, options);
    }
  },

  /** Drains a change queue that records of the kernel's own functions go into. */
  BPF_QUEUE {
    @Override
    List<String> needs(Capabilities capabilities) {
      return goesBySoftDirty(capabilities)
          ? List.of(Capability.BPF_HOOKS)
          : List.of(Capability.BPF_HOOKS, Capability.WP_ASYNC, Capability.PAGEMAP_SCAN);
    }

    /** {@inheritDoc} Where there is nothing better. */
    @Override
    public boolean goesBySoftDirty(Capabilities capabilities) {
      return !capabilities.has(Capability.WP_ASYNC) && capabilities.has(Capability.SOFT_DIRTY);
    }

    @Override
    public ChangeTracker open(Kernel kernel, TrackedProcess process, ChangeQueueOptions options) {
      if (goesBySoftDirty(kernel.capabilities())) {
        return new RecordedSoftDirtyTracker(
            kernel, process, options.ranges().toList(), options.maxBytes());
      }
      return QueueTracker.ofRecords(kernel, process, options);
    }
  },

  /** Reads the pagemap entries of pages that fault samples hint at. */
  SOFT_DIRTY_QUEUE {
    @Override
    List<String> needs(Capabilities capabilities) {
      return List.of(Capability.SOFT_DIRTY, Capability.FAULT_SAMPLES);
    }

    @Override
    public boolean goesBySoftDirty(Capabilities capabilities) {
      return true;
    }

    @Override
    public ChangeTracker open(Kernel kernel, TrackedProcess process, ChangeQueueOptions options) {
      return new SoftDirtyQueueTracker(
          kernel, process, options.ranges().toList(), options.maxBytes());
    }
  },

  /** Drains the queue that a patched kernel keeps itself. */
  KERNEL_QUEUE {
    @Override
    List<String> needs(Capabilities capabilities) {
      return List.of(Capability.KERNEL_QUEUE);
    }

    @Override
    public boolean goesBySoftDirty(Capabilities capabilities) {
      return true;
    }

    @Override
    public ChangeTracker open(Kernel kernel, TrackedProcess process, ChangeQueueOptions options) {
      return new KernelQueueTracker(kernel, process, options);
    }
  },

  /** Is told the pages and only re-arms them. */
  PERFECT {
    @Override
    List<String> needs(Capabilities capabilities) {
      return WRITE_PROTECTION;
    }

    @Override
    public ChangeTracker open(Kernel kernel, TrackedProcess process, ChangeQueueOptions options) {
      return new PerfectTracker(kernel, process, options.ranges().toList());
    }
  };

  private static final List<String> WRITE_PROTECTION =
      List.of(Capability.WP_ASYNC, Capability.PAGEMAP_SCAN);

  /** {@return the name on the command line and in reports} */
  public String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** {@return the first capability that the strategy needs and this kernel does not give} */
  public Optional<Capability> lacking(Capabilities capabilities) {
    return needs(capabilities).stream()
        .map(capabilities::get)
        .filter(capability -> !capability.available())
        .findFirst();
  }

  /**
   * {@return the names of all capabilities that the strategy needs and this kernel does not give}
   */
  public List<String> lacks(Capabilities capabilities) {
    return needs(capabilities).stream().filter(name -> !capabilities.has(name)).toList();
  }

  abstract List<String> needs(Capabilities capabilities);

  /**
   * {@return whether soft-dirty tells the changed pages there, of all memory; otherwise
   * write-protection does, of what is registered for it}
   */
  public boolean goesBySoftDirty(Capabilities capabilities) {
    return false;
  }

  /** Opens the strategy's tracker on a process, off. */
  public abstract ChangeTracker open(
      Kernel kernel, TrackedProcess process, ChangeQueueOptions options);
}

package io.github.dirtyrange.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dirtyrange.lab.result.TargetState;
import io.github.dirtyrange.track.Strategy;
import io.github.dirtyrange.workload.PagePattern;
import io.github.dirtyrange.workload.WorkloadPlan;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

class CompareOptionsTest {

  @Test
  void defaultsShowThePointQuickly() {
    CompareOptions options = parse();
    options.check();
    assertThat(options.kernel).isEqualTo(KernelChoice.LINUX);
    assertThat(options.rounds).isEqualTo(20);
    assertThat(options.warmup()).isEqualTo(100);
    assertThat(options.state()).isEqualTo(TargetState.BLOCKED);
    assertThat(options.namedStrategies()).isEmpty();
    assertThat(options.queueBytes()).isEqualTo(64 << 20);
    assertThat(options.workloadPlan(1 << 30))
        .isEqualTo(new WorkloadPlan(262144, 100, PagePattern.UNIFORM, 1));
  }

  @Test
  void everyOptionIsRead() {
    CompareOptions options =
        parse(
            "--kernel=sim",
            "--mapped=8MiB",
            "--dirty=1%",
            "--pattern=zipf",
            "--rounds=3",
            "--warmup=0",
            "--busy",
            "--strategy=perfect,kernel-queue,pagemap-scan,soft-dirty-queue,bpf-queue,adaptive,queue,pagemap",
            "--seed=-7",
            "--ring=4KiB");
    options.check();
    assertThat(options.kernel).isEqualTo(KernelChoice.SIM);
    assertThat(options.mapped).isEqualTo(new ByteSize(8 << 20));
    assertThat(options.rounds).isEqualTo(3);
    assertThat(options.warmup()).isZero();
    assertThat(options.state()).isEqualTo(TargetState.BUSY);
    assertThat(options.namedStrategies()).containsExactly(Strategy.values());
    assertThat(options.queueBytes()).isEqualTo(4096);
    assertThat(options.workloadPlan(8 << 20))
        .isEqualTo(new WorkloadPlan(2048, 20, PagePattern.ZIPF, -7));
  }

  @Test
  void aStrategyNamedTwiceTakesPartOnce() {
    assertThat(parse("--strategy", "queue,queue").namedStrategies())
        .containsExactly(Strategy.QUEUE);
  }

  @Test
  void fewerPagesThanTheDefaultAmountAreAllWritten() {
    assertThat(parse().workloadPlan(4096).dirtyPages()).isEqualTo(1);
  }

  private static CompareOptions parse(String... arguments) {
    Holder holder = new Holder();
    new CommandLine(holder).setCaseInsensitiveEnumValuesAllowed(true).parseArgs(arguments);
    return holder.options;
  }

  @Command
  private static final class Holder {
    @Mixin private CompareOptions options = new CompareOptions();
  }
}

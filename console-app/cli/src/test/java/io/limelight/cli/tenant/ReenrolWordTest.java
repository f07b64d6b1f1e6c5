package io.limelight.cli.tenant;

import static org.assertj.core.api.Assertions.assertThat;

import io.limelight.core.api.OperationalState;
import io.limelight.core.tenant.kit.TenantWorld;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code limelight tenant -c reenrol}. */
class ReenrolWordTest {
    private static final String ID = TenantWorld.ID.value();

    @TempDir
    Path folder;

    private CommandLineHarness line;
    private TenantWorld world;

    @BeforeEach
    void build() throws Exception {
        line = new CommandLineHarness(folder);
        world = TenantWorld.in(folder);
        world.configure();
        world.machine(TenantWorld.ID);
    }

    @AfterEach
    void end() {
        world.close();
    }

    private int tenant(String... arguments) {
        String[] all = new String[arguments.length + 1];
        all[0] = "tenant";
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        return line.run(world.environment(), all);
    }

    @Test
    void whatMakesNoSenseIsSaidBeforeAnybodyIsAsked() {
        assertThat(tenant("-c", "add", "-u", ID, "--reregister")).isEqualTo(1);
        assertThat(line.out()).contains("--reregister belongs to -c reenrol");
        assertThat(tenant("-c", "reenrol", "-u", ID, "--reregister", "--verify", "-f", "x"))
                .isEqualTo(1);
        assertThat(line.out()).contains("give the payload to -c add afterwards");
        assertThat(world.journal().lines()).isEmpty();
    }

    @Test
    void aMachineThatNobodyRegisteredIsLeftAsItIs() {
        assertThat(tenant("-c", "reenrol", "-u", "nobody")).isEqualTo(1);
        assertThat(line.out()).contains("does not know machine nobody", "Nothing was changed");
    }

    @Test
    void aFailedMachineIsWatchedAnew() {
        assertThat(tenant("-u", ID)).isZero();
        world.verifier().set(ID, OperationalState.FAILED);
        world.journal().clear();
        assertThat(tenant("-c", "reenrol", "-u", ID)).as("%s", line.out()).isZero();
        assertThat(world.journal().lines())
                .containsSubsequence("verifier DELETE agents/{id}", "verifier POST agents/{id}");
        assertThat(world.verifier().stateOf(ID)).isEqualTo(OperationalState.START);
    }

    @Test
    void whoseTpmIsToBeProvedAnewIsForgottenOnBothSides() {
        assertThat(tenant("-u", ID)).isZero();
        assertThat(tenant("-c", "reenrol", "-u", ID, "--reregister"))
                .as("%s", line.out())
                .isZero();
        assertThat(line.out()).contains("Restart the agent of " + ID);
        assertThat(world.verifier().machines()).isEmpty();
        assertThat(world.journal().lines())
                .containsSubsequence("verifier DELETE agents/{id}", "registrar DELETE agents/{id}");
    }
}

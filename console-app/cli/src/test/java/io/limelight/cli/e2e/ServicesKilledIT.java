package io.limelight.cli.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.limelight.cli.e2e.Installation.Outcome;
import io.limelight.cli.e2e.Installation.Started;
import io.limelight.core.api.OperationalState;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** The same services killed or rebooted: whatever it is, it goes on where it was. */
class ServicesKilledIT extends OneInstallation {
    @Test
    void whateverIsKilledGoesOnWhereItWas() throws Exception {
        Started programs = installation.startAll();
        installation
                .tenant(
                        "-c",
                        "add",
                        "-u",
                        Installation.ID,
                        "-f",
                        ServicesByHandIT.payload(installation, "proof").toString(),
                        "--verify")
                .succeeded();
        awaitUnlocked("proof");

        programs.verifier().kill();
        installation.startVerifier();
        awaitFurtherQuotes();

        programs.agent().kill();
        Launched agent = installation.startAgent();
        awaitFurtherQuotes();
        assertThat(installation.unpacked().resolve("proof"))
                .as("what was unlocked outlives the agent")
                .hasContent(Installation.ID + " " + ServicesByHandIT.SECRET);

        programs.registrar().kill();
        agent.kill();
        Launched waiting = installation.launchAgent();
        installation.startRegistrar();
        waiting.awaitReady();
        JsonNode registered = installation
                .tenant("-c", "regstatus", "-u", Installation.ID)
                .succeeded()
                .jsonAfter("Agent Info from Registrar")
                .path(Installation.ID);
        assertThat(registered.path("regcount").asInt())
                .as("the same machine came again, not another one")
                .isGreaterThan(1);
        awaitFurtherQuotes();
    }

    @Test
    void aShareThatWaitsSurvivesTheVerifiersDeath() throws Exception {
        Started programs = installation.startAll();
        programs.agent().kill();
        // The address of a machine that is down cannot be enrolled at all: nothing of it may stay behind.
        Outcome refused = installation.tenant(
                "-c",
                "add",
                "-u",
                Installation.ID,
                "-f",
                ServicesByHandIT.payload(installation, "proof").toString());
        assertThat(refused.status()).isEqualTo(1);
        assertThat(installation.tenant("-c", "cvstatus", "-u", Installation.ID).status())
                .isEqualTo(1);

        Launched agent = installation.startAgent();
        // Frozen after the tenant has delivered U: the verifier cannot deliver V.
        installation
                .tenant(
                        "-c",
                        "add",
                        "-u",
                        Installation.ID,
                        "--tpm_policy",
                        ServicesByHandIT.CLEAN_PCR_15,
                        "-f",
                        ServicesByHandIT.payload(installation, "proof").toString())
                .succeeded();
        programs.verifier().kill();
        agent.signal("STOP");
        Launched verifier = installation.startVerifier();
        agent.signal("CONT");
        awaitUnlocked("proof");
        awaitFurtherQuotes();
        assertThat(verifier.process().isAlive()).isTrue();
    }

    @Test
    void aRebootedMachineIsProvenAnew() throws Exception {
        Started programs = installation.startAll();
        installation.tenant("-c", "add", "-u", Installation.ID).succeeded();
        awaitState(OperationalState.GET_QUOTE);
        // A reboot: the agent ends, the kernel tells the TPM, which starts again with its state and counts a reset.
        programs.agent().close();
        installation.announceShutdown();
        installation.tpm().close();
        installation.startTpm();
        installation.startAgent();
        awaitFurtherQuotes();
        assertThat(installation.status().path("attestation_status").asString()).isEqualTo("PASS");
    }
}

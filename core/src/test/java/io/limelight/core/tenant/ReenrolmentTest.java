package io.limelight.core.tenant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.limelight.core.ca.CaException;
import io.limelight.core.ca.CaKit;
import io.limelight.core.ca.CaName;
import io.limelight.core.ca.PasswordSource;
import io.limelight.core.http.HttpReply;
import io.limelight.core.task.Cancellation;
import io.limelight.core.tenant.Reenrolment.Act;
import io.limelight.core.tenant.kit.TenantWorld;
import java.math.BigInteger;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The way back of a machine, against real TLS servers and a real CA folder. */
class ReenrolmentTest {
    private static final PasswordSource NONE = _ -> {
        throw new CaException("nobody was asked");
    };

    @TempDir
    Path folder;

    private final Cancellation cancellation = new Cancellation();
    private final RecordingReport report = new RecordingReport();
    private TenantWorld world;
    private TenantServices services;
    private CaKit kit;
    private Reenrolment reenrolment;

    @BeforeEach
    void build() throws Exception {
        world = TenantWorld.in(folder);
        world.configure();
        world.machine(TenantWorld.ID);
        kit = CaKit.prepared(folder.resolve("myca"), TenantWorld.ID.value());
        TenantSettings settings = world.settings();
        services = new TenantServices(settings, InstantSource.system(), cancellation);
        reenrolment = new Reenrolment(settings, services, InstantSource.system(), report, cancellation);
        new Enrolment(settings, services, new SecureRandom(), InstantSource.system(), report, cancellation)
                .run(EnrolmentPlan.of(EnrolmentDraft.of(TenantWorld.ID), settings));
        world.journal().clear();
    }

    @AfterEach
    void end() {
        services.close();
        world.close();
        kit.close();
    }

    private Reenrolment.Plan plan(boolean forget, boolean issue) throws Exception {
        return reenrolment.plan(new Reenrolment.Draft(
                TenantWorld.ID, forget, Optional.of(new Reenrolment.Certificates(kit.ca(), issue))));
    }

    private BigInteger serial() throws Exception {
        return kit.ca().serialOf(CaName.existing(TenantWorld.ID.value()));
    }

    @Test
    void aWrongPasswordChangesNothing() throws Exception {
        Reenrolment.Plan plan = plan(true, true);
        TenantException failure = catchThrowableOfType(TenantException.class, () -> reenrolment.run(plan, NONE));
        assertThat(failure).hasMessageContaining("cannot be revoked: nobody was asked");
        assertThat(world.verifier().machines()).hasSize(1);
        assertThat(kit.ca().publishedCrl().orElseThrow().entries()).isZero();
    }

    @Test
    void whatBrokeOffIsPlannedAnewAndOnlyTheRestIsDone() throws Exception {
        BigInteger old = serial();
        world.verifier().answering("DELETE agents/{id}", _ -> HttpReply.refusal(500, "the disk is full"));
        Reenrolment.Plan first = plan(false, false);
        TenantException failure =
                catchThrowableOfType(TenantException.class, () -> reenrolment.run(first, kit.known()));
        assertThat(failure).hasMessageContaining("the disk is full");
        // The certificate went first: nobody watches the machine from the next step on.
        assertThat(kit.ca().publishedCrl().orElseThrow().revokes(old)).isTrue();
        assertThat(plan(false, false).due()).containsExactly(Act.UNWATCH);
    }

    @Test
    void allSidesInTheRightOrder() throws Exception {
        BigInteger old = serial();
        Reenrolment.Plan plan = plan(true, true);
        assertThat(plan.due()).containsExactly(Act.REVOKE, Act.UNWATCH, Act.UNREGISTER, Act.ISSUE);
        assertThat(plan.needsPassword()).isTrue();
        assertThat(plan.toString()).doesNotContain("PRIVATE");
        world.journal().clear();
        Reenrolment.Done done = reenrolment.run(plan, kit.known());
        assertThat(done.revoked()).contains(old);
        assertThat(done.issued()).contains(serial()).isNotEqualTo(done.revoked());
        assertThat(kit.ca().publishedCrl().orElseThrow().revokes(old)).isTrue();
        assertThat(kit.ca().publishedCrl().orElseThrow().revokes(serial())).isFalse();
        assertThat(world.verifier().machines()).isEmpty();
        assertThat(world.journal().lines())
                .containsSubsequence("verifier DELETE agents/{id}", "registrar DELETE agents/{id}");
    }

    @Test
    void nothingLeftToDoIsNothing() throws Exception {
        reenrolment.run(plan(false, false), kit.known());
        Reenrolment.Plan again = plan(false, false);
        assertThat(again.due()).isEmpty();
        assertThat(again.registered()).isTrue();
        assertThat(reenrolment.run(again, NONE).acts()).isEmpty();
    }
}

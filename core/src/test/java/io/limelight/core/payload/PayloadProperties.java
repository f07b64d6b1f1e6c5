package io.limelight.core.payload;

import static org.assertj.core.api.Assertions.assertThat;

import io.limelight.core.secret.SecretBytes;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** What is sealed opens, what is packed unpacks, and no damage ends in anything but a typed error. */
class PayloadProperties {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int FREE = 10_000;

    @Property(tries = 100)
    void sealingAndOpeningGivesTheSameBytes(@ForAll @Size(max = 300) byte[] plain) throws PayloadException {
        try (BootstrapKey key = BootstrapKey.generate(RANDOM);
                SecretBytes text = SecretBytes.copyOf(plain);
                SecretBytes back =
                        SealedPayload.open(key, Base64.getDecoder().decode(SealedPayload.seal(key, text, RANDOM)))) {
            assertThat(back.constantTimeEquals(text)).isTrue();
        }
    }

    @Property(tries = 100)
    void splitSharesJoinAgain(@ForAll boolean small) throws PayloadException {
        try (BootstrapKey key = BootstrapKey.of(SecretBytes.random(small ? 16 : 32, RANDOM));
                BootstrapKey.Shares shares = key.split(RANDOM);
                BootstrapKey joined = BootstrapKey.join(shares.v(), shares.u())) {
            assertThat(joined.bytes().constantTimeEquals(key.bytes())).isTrue();
        }
    }

    @Provide
    Arbitrary<Map<String, byte[]>> folders() {
        return Arbitraries.maps(
                        Arbitraries.strings()
                                .withChars("abcxyz._-é")
                                .ofMinLength(1)
                                .ofMaxLength(12),
                        Arbitraries.bytes().array(byte[].class).ofMaxSize(100))
                .ofMaxSize(8);
    }

    @Property(tries = 200)
    void whatIsPackedUnpacksToTheSame(@ForAll("folders") Map<String, byte[]> folder)
            throws PayloadException, IOException {
        List<PayloadArchive.Source> sources = new ArrayList<>();
        folder.forEach((name, bytes) -> {
            if (PayloadNames.problem(name, Set.of()).isEmpty()) {
                sources.add(new PayloadArchive.Source(name, SecretBytes.copyOf(bytes)));
            }
        });
        byte[] zip = PayloadArchive.pack(sources, Set.of()).apply(byte[]::clone);
        PayloadArchive archive = PayloadArchive.read(zip, Set.of(), new PayloadArchive.Bounds(100, FREE));
        assertThat(archive.entries()).hasSize(sources.size());
        for (PayloadArchive.Entry entry : archive.entries()) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            archive.unpack(entry, out::write);
            assertThat(out.toByteArray()).isEqualTo(folder.get(entry.name()));
        }
    }

    @Property(tries = 1000)
    void damagedArchivesAreRefusedOrStayWithinTheirBounds(
            @ForAll @IntRange(min = 0, max = 400) int position,
            @ForAll byte value,
            @ForAll @IntRange(min = 0, max = 400) int secondPosition,
            @ForAll byte secondValue)
            throws IOException {
        byte[] zip = RawZip.of(
                RawZip.stored("autorun.sh", "#!/bin/sh\necho hello\n"),
                RawZip.deflated("d/zeros", new byte[3000]),
                RawZip.stored("d/key", "secret"));
        zip[position % zip.length] = value;
        zip[zip.length - 1 - secondPosition % zip.length] = secondValue;
        staysWithinBounds(zip);
    }

    @Property(tries = 500)
    void bytesThatMerelyBeginAsAZipNeverCrashTheReader(@ForAll @Size(max = 200) byte[] noise) throws IOException {
        byte[] zip = new byte[noise.length + 4];
        zip[0] = 'P';
        zip[1] = 'K';
        zip[2] = 3;
        zip[3] = 4;
        System.arraycopy(noise, 0, zip, 4, noise.length);
        staysWithinBounds(zip);
    }

    static void staysWithinBounds(byte[] zip) throws IOException {
        try {
            PayloadArchive archive =
                    PayloadArchive.read(zip, PayloadNames.AGENT_DEFAULTS, new PayloadArchive.Bounds(100, FREE));
            long[] total = {0};
            for (PayloadArchive.Entry entry : archive.entries()) {
                assertThat(PayloadNames.problem(entry.name(), PayloadNames.AGENT_DEFAULTS))
                        .isEmpty();
                archive.unpack(entry, (buffer, offset, length) -> total[0] += length);
            }
            assertThat(total[0]).isLessThanOrEqualTo(FREE);
        } catch (PayloadException e) {
            assertThat(e).hasMessageNotContaining("\n");
        }
    }
}

package io.limelight.core.tenant;

import io.limelight.core.api.AgentId;
import io.limelight.core.ca.CaException;
import io.limelight.core.ca.CaName;
import io.limelight.core.ca.MachineIdentity;
import io.limelight.core.payload.ActionList;
import io.limelight.core.payload.CertificatePackage;
import io.limelight.core.payload.FolderArchive;
import io.limelight.core.payload.PackageSize;
import io.limelight.core.payload.PayloadArchive;
import io.limelight.core.payload.PayloadException;
import io.limelight.core.payload.PayloadFolder;
import io.limelight.core.payload.SealedPayload;
import io.limelight.core.secret.SecretBytes;
import io.limelight.core.tenant.TenantException.Kind;
import io.limelight.core.tpm.HashAlgorithm;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A payload as a machine would receive it, read and made of the same files in the same way, and sent to nobody.
 *
 * @param contents file by file
 * @param space bytes it takes in a machine's secure area; 0 where nothing is unpacked
 * @param actions names in its {@code action_list}, in order
 * @param script whether a script is run
 */
public record PayloadPreview(PackedContents contents, long space, List<String> actions, boolean script) {
    /** The script that is run. */
    public static final String SCRIPT = "autorun.sh";

    /** Nothing is sent. */
    public static final PayloadPreview NONE = new PayloadPreview(PackedContents.NONE, 0, List.of(), false);

    /** Copies the list. */
    public PayloadPreview {
        actions = List.copyOf(actions);
    }

    /** Takes what is read, before it is wiped. */
    @FunctionalInterface
    public interface Sink {
        /** A file, by its path in the archive. */
        void take(String name, SecretBytes content) throws PayloadException;
    }

    /** Of what a draft sends; nothing of it is kept. */
    public static PayloadPreview of(EnrolmentDraft draft, int maxPayload) throws TenantException {
        return of(draft, maxPayload, (_, _) -> {});
    }

    /** The same, and {@code sink} is given every file that is not made when it is sent. */
    public static PayloadPreview of(EnrolmentDraft draft, int maxPayload, Sink sink) throws TenantException {
        try {
            return of(draft.payload(), CaName.fresh(draft.id().value()), maxPayload, sink);
        } catch (CaException e) {
            throw new TenantException(Kind.PAYLOAD, "The package cannot be made: " + e.getMessage() + ".", e);
        }
    }

    /**
     * Of a choice.
     *
     * @param name of the machine, for names of generated files
     * @param sink is given every file that is not generated
     */
    private static PayloadPreview of(PayloadChoice choice, CaName name, int maxPayload, Sink sink)
            throws TenantException {
        long most = SealedPayload.largestPlaintext(maxPayload);
        try {
            return switch (choice) {
                case PayloadChoice.None _ -> NONE;
                case PayloadChoice.PlainFile plain -> file(plain.file(), most, sink);
                case PayloadChoice.Folder folder -> folder(folder.folder(), most, sink);
                case PayloadChoice.ExistingKey _ -> NONE;
                case PayloadChoice.WithCertificate certified -> certified(certified, name, most, sink);
            };
        } catch (PayloadException | CaException e) {
            throw new TenantException(Kind.PAYLOAD, "The payload cannot be sent: " + e.getMessage() + ".", e);
        }
    }

    private static PayloadPreview file(Path file, long most, Sink sink) throws PayloadException {
        try (SecretBytes bytes = PayloadFolder.readFile(file, most)) {
            String name = String.valueOf(file.getFileName());
            PackedContents contents = PackedContents.of(name, bytes);
            boolean archive = bytes.apply(PayloadArchive::startsAsZip);
            if (archive) {
                return unpacked(contents, bytes, sink);
            }
            sink.take(name, bytes);
            return new PayloadPreview(contents, new PackageSize().space(bytes.length()), List.of(), false);
        }
    }

    /** The archive of a folder; closed by the caller. */
    static SecretBytes pack(Path folder, long most) throws PayloadException {
        return FolderArchive.of(folder, most).zip();
    }

    private static PayloadPreview folder(Path folder, long most, Sink sink) throws PayloadException {
        try (SecretBytes zip = pack(folder, most)) {
            return unpacked(PackedContents.of("", zip), zip, sink);
        }
    }

    private static PayloadPreview unpacked(PackedContents contents, SecretBytes zip, Sink sink)
            throws PayloadException {
        byte[] bytes = zip.apply(byte[]::clone);
        try {
            PayloadArchive archive = PayloadArchive.read(bytes, Set.of(), PackedContents.BOUNDS);
            List<String> actions = List.of();
            for (PayloadArchive.Entry entry : archive.entries()) {
                if (entry.directory()) {
                    continue;
                }
                try (SecretBytes content = content(archive, entry)) {
                    if (entry.name().equals(ActionList.FILE)) {
                        actions = actions(content);
                    }
                    sink.take(entry.name(), content);
                }
            }
            return new PayloadPreview(
                    contents,
                    space(zip, contents),
                    actions,
                    contents.named(SCRIPT).isPresent());
        } finally {
            Arrays.fill(bytes, (byte) 0);
        }
    }

    private static long space(SecretBytes zip, PackedContents contents) {
        PackageSize size = new PackageSize();
        contents.files().forEach(file -> size.addUnpacked(file.size()));
        return size.space(zip.length());
    }

    private static SecretBytes content(PayloadArchive archive, PayloadArchive.Entry entry) throws PayloadException {
        // Its declared size is within the bounds, and the archive's reader lets nothing come to more.
        byte[] content = new byte[(int) entry.size()];
        int[] at = new int[1];
        try {
            archive.unpack(entry, (buffer, offset, length) -> {
                System.arraycopy(buffer, offset, content, at[0], length);
                at[0] += length;
            });
        } catch (IOException e) {
            throw new IllegalStateException("memory takes anything", e);
        }
        return SecretBytes.adopt(content);
    }

    private static PayloadPreview certified(PayloadChoice.WithCertificate choice, CaName name, long most, Sink sink)
            throws PayloadException, CaException {
        List<PackedFile> files = new ArrayList<>();
        var size = CertificatePackage.atMost(name, choice.include(), PackageAssembly.crlLength(choice));
        files.addAll(generated(name));
        List<String> actions = List.of();
        if (choice.include().isPresent()) {
            List<PayloadArchive.Source> sources =
                    PayloadFolder.read(choice.include().get(), most);
            try {
                for (PayloadArchive.Source source : sources) {
                    files.add(new PackedFile(
                            source.name(), source.content().length(), Optional.of(digest(source.content()))));
                    if (source.name().equals(ActionList.FILE)) {
                        actions = actions(source.content());
                    }
                    sink.take(source.name(), source.content());
                }
            } finally {
                sources.forEach(PayloadArchive.Source::close);
            }
        }
        PackedContents contents = new PackedContents(files, size.zip(), Optional.empty());
        return new PayloadPreview(
                contents, size.space(), actions, contents.named(SCRIPT).isPresent());
    }

    private static List<PackedFile> generated(CaName name) {
        List<PackedFile> files = new ArrayList<>();
        MachineIdentity.fileNames(name).forEach(made -> files.add(new PackedFile(made, 0, Optional.empty())));
        files.add(new PackedFile(CaName.NOTIFIER + "-cert.crt", 0, Optional.empty()));
        return files;
    }

    /** The same as another machine receives it. */
    PackedContents contentsFor(AgentId id) throws TenantException {
        if (contents.files().stream().noneMatch(PackedFile::generated)) {
            return contents;
        }
        try {
            List<PackedFile> files = new ArrayList<>(generated(CaName.fresh(id.value())));
            contents.files().stream().filter(file -> !file.generated()).forEach(files::add);
            return new PackedContents(files, contents.bytes(), contents.sha256());
        } catch (CaException e) {
            throw new TenantException(Kind.PAYLOAD, "The package cannot be made: " + e.getMessage() + ".", e);
        }
    }

    private static String digest(SecretBytes content) {
        return content.apply(bytes -> HexFormat.of().formatHex(HashAlgorithm.SHA256.digest(bytes)));
    }

    private static List<String> actions(SecretBytes content) throws PayloadException {
        if (content.length() > ActionList.MAX_BYTES) {
            throw new PayloadException(
                    ActionList.FILE + " has " + content.length() + " bytes; agents look at " + ActionList.MAX_BYTES);
        }
        return ActionList.parse(content.apply(bytes -> new String(bytes, StandardCharsets.UTF_8)))
                .names();
    }
}

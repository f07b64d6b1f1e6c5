package io.limelight.core.ca;

import io.limelight.core.secret.SecretBytes;
import io.limelight.core.tls.PemFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;

/** The making of a CA in a folder, and the question whether there is room for one. */
final class NewCa {
    private final CertificateAuthority ca;
    private final CaFolder folder;

    NewCa(CertificateAuthority ca) {
        this.ca = ca;
        this.folder = ca.folder();
    }

    /** Fails if there is something that a new CA would delete and may not. */
    void requireRoom(boolean force) throws CaException {
        if (!Files.exists(folder.path())) {
            return;
        }
        folder.create();
        folder.exclusively(() -> {
            checkRoom(force);
            return folder;
        });
    }

    void checkRoom(boolean force) throws CaException, IOException {
        List<String> occupants = folder.occupants();
        if (occupants.isEmpty()) {
            return;
        }
        if (!occupants.contains(CaFiles.KEYSTORE) && !occupants.contains(CaFiles.CERTIFICATE)) {
            throw new CaException(folder.path() + " holds files that are no CA's and that a new one would delete ("
                    + occupants.getFirst() + (occupants.size() > 1 ? " and " + (occupants.size() - 1) + " more" : "")
                    + "); name another folder (-d of limelight ca, --cert of limelight tenant)");
        }
        if (ServiceCa.made(folder.path())) {
            throw new CaException(
                    folder.path() + " is the CA of registrar and verifier: without it nobody reaches them any"
                            + " more. Not even --force deletes it; name another folder with -d");
        }
        if (!force) {
            throw new CaException(folder.path() + " holds a CA already; --force deletes it with all " + occupants.size()
                    + " files and every certificate it issued, another folder is named with -d");
        }
    }

    X509Certificate make(SecretBytes password, boolean force, KeyKind kind) throws CaException {
        check(password);
        return folder.exclusively(() -> {
            checkRoom(force);
            return make(password, kind);
        });
    }

    /** Of two programs that begin at once, one makes it. */
    void ensure(SecretBytes password, KeyKind kind) throws CaException {
        check(password);
        folder.exclusively(() -> {
            if (!folder.holdsCa()) {
                checkRoom(false);
                make(password, kind);
            }
            return folder;
        });
    }

    private void check(SecretBytes password) throws CaException {
        CertificateAuthority.requirePassword(password);
        ca.requireKeySize();
        folder.create();
    }

    private X509Certificate make(SecretBytes password, KeyKind kind) throws IOException {
        Instant now = ca.now();
        KeyPair keys = kind.make(ca.random());
        Issuer issuer = Issuer.create(keys, ca.subject(), now);
        byte[] key = PemFiles.privateKey(keys.getPrivate(), new char[0]);
        try (Keystore keystore = Keystore.fresh(password, ca.random())) {
            keystore.caKey(key);
            FolderChange change = folder.change().wiping();
            change.put(CaFiles.CERTIFICATE, CertificateAuthority.ascii(PemFiles.certificate(issuer.certificate())));
            change.put(CaFiles.PUBLIC_KEY, CertificateAuthority.ascii(PemFiles.publicKey(keys.getPublic())));
            ca.crl(keystore, issuer, List.of(), now, change);
            change.put(CaFiles.KEYSTORE, keystore.sealed(ca.random())).commit();
        } finally {
            Arrays.fill(key, (byte) 0);
        }
        return issuer.certificate();
    }
}

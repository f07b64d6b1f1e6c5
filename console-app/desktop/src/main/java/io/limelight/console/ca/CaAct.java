package io.limelight.console.ca;

import io.limelight.core.ca.CertificateFile;
import io.limelight.core.ca.CertificateSubject;
import io.limelight.core.ca.RevocationReason;
import java.math.BigInteger;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** Something done to a CA folder. Holds no secret. */
public sealed interface CaAct {
    /** Names keys of words: {@code revoke}. */
    String key();

    /** Whether the keystore's password is needed. */
    default boolean needsPassword() {
        return true;
    }

    /** Whether a second secret is: the next password, or that of a file. */
    default boolean needsSecond() {
        return false;
    }

    /** A kind of key, for a list. */
    enum Keys {
        RSA2048,
        RSA3072,
        P256,
        P384;

        /** As the command line spells it. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * A new CA.
     *
     * @param subject its name, and where its CRL will be
     */
    record Create(CertificateSubject subject, Keys keys) implements CaAct {
        @Override
        public String key() {
            return "create";
        }

        @Override
        public boolean needsPassword() {
            return false;
        }

        @Override
        public boolean needsSecond() {
            return true;
        }
    }

    /** A certificate for a name. */
    record Issue(String name) implements CaAct {
        @Override
        public String key() {
            return "issue";
        }
    }

    /** Others for the same names, with new keys. */
    record Renew(List<String> names) implements CaAct {
        public Renew {
            names = List.copyOf(names);
        }

        @Override
        public String key() {
            return "renew";
        }
    }

    /**
     * No longer valid.
     *
     * @param serials which
     * @param names their names, for telling the machines
     * @param tell have the verifier tell the machines
     */
    record Revoke(List<BigInteger> serials, List<String> names, RevocationReason reason, boolean tell)
            implements CaAct {
        public Revoke {
            serials = List.copyOf(serials);
            names = List.copyOf(names);
        }

        @Override
        public String key() {
            return "revoke";
        }
    }

    /** The CRL anew. */
    record ReissueCrl() implements CaAct {
        @Override
        public String key() {
            return "crl";
        }
    }

    /** Another password of the keystore. */
    record ChangePassword() implements CaAct {
        @Override
        public String key() {
            return "password";
        }

        @Override
        public boolean needsSecond() {
            return true;
        }
    }

    /** Another key of the RevocationNotifier. */
    record RotateNotifier(RevocationReason reason) implements CaAct {
        @Override
        public String key() {
            return "rotate";
        }
    }

    /** Clear keys away. */
    record RemoveKeys() implements CaAct {
        @Override
        public String key() {
            return "keys";
        }
    }

    /** Readable by the owner alone. */
    record Tighten() implements CaAct {
        @Override
        public String key() {
            return "tighten";
        }

        @Override
        public boolean needsPassword() {
            return false;
        }
    }

    /** Publish the CRL and take notices, in this process. */
    record Listen() implements CaAct {
        @Override
        public String key() {
            return "listen";
        }
    }

    /** Finish what was interrupted. */
    record Finish() implements CaAct {
        @Override
        public String key() {
            return "finish";
        }

        @Override
        public boolean needsPassword() {
            return false;
        }
    }

    /** Everything into one file. */
    record Backup(Path file, boolean replace) implements CaAct {
        @Override
        public String key() {
            return "backup";
        }

        @Override
        public boolean needsPassword() {
            return false;
        }
    }

    /**
     * Everything from a backup, or from another folder.
     *
     * @param source a file or a folder
     * @param replace the CA that is there
     */
    record Restore(Path source, boolean replace) implements CaAct {
        @Override
        public String key() {
            return "restore";
        }
    }

    /** One certificate into a file. */
    record Export(String name, CertificateFile.Form form, Path file, boolean replace) implements CaAct {
        @Override
        public String key() {
            return "export";
        }

        @Override
        public boolean needsPassword() {
            return form == CertificateFile.Form.P12;
        }

        @Override
        public boolean needsSecond() {
            return form == CertificateFile.Form.P12;
        }
    }

    /** What ends when, for a calendar. */
    record Calendar(Path file, boolean replace) implements CaAct {
        @Override
        public String key() {
            return "calendar";
        }

        @Override
        public boolean needsPassword() {
            return false;
        }
    }

    /** Where new certificates say that their CRL is. */
    record Address(String address) implements CaAct {
        @Override
        public String key() {
            return "address";
        }

        @Override
        public boolean needsPassword() {
            return false;
        }
    }
}

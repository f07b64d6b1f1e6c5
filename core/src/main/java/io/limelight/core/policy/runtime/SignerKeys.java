package io.limelight.core.policy.runtime;

import io.limelight.core.ima.ImaKey;
import io.limelight.core.ima.ImaKeyring;
import io.limelight.core.ima.KeyReader;
import io.limelight.core.ima.UnsupportedKeyException;
import io.limelight.core.policy.runtime.RuntimePolicyException.Reason;
import java.util.Optional;

/**
 * Keys whose signatures make files acceptable, put together from files, in the JSON that travels as
 * {@code ima_sign_verification_keys}. Immutable.
 */
public final class SignerKeys {
    /** Without keys. */
    public static final SignerKeys NONE = new SignerKeys(ImaKeyring.EMPTY);

    /** Longer files are no keys. */
    public static final int MAX_LENGTH = KeyReader.MAX_LENGTH;

    private final ImaKeyring keyring;

    private SignerKeys(ImaKeyring keyring) {
        this.keyring = keyring;
    }

    /**
     * With one more key.
     *
     * @param file a certificate or a key, DER or PEM
     * @throws RuntimePolicyException if it is none, or of a kind that cannot be used; the message is the end of a sentence
     */
    public SignerKeys with(byte[] file) throws RuntimePolicyException {
        Optional<ImaKey> key;
        try {
            key = KeyReader.read(file);
        } catch (UnsupportedKeyException e) {
            throw new RuntimePolicyException(Reason.MALFORMED, "", String.valueOf(e.getMessage()), e);
        }
        if (key.isEmpty()) {
            throw RuntimePolicyException.malformed("", "it is neither a certificate nor a key, in DER or PEM");
        }
        if (keyring.size() >= ImaKeyring.MAX_KEYS) {
            throw RuntimePolicyException.malformed(
                    "", "it is one key more than the " + ImaKeyring.MAX_KEYS + " allowed");
        }
        return new SignerKeys(keyring.with(key.get()));
    }

    /** How many. */
    public int size() {
        return keyring.size();
    }

    /** For the wire: the keyring's JSON, or an empty text without keys. */
    public String wireText() {
        return keyring.isEmpty() ? "" : keyring.json();
    }
}

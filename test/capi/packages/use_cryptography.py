from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ed25519, padding, rsa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC

h = hashes.Hash(hashes.SHA256())
h.update(b"abc")
print(h.finalize().hex(), PBKDF2HMAC(hashes.SHA256(), 16, b"salt", 10).derive(b"password").hex())
gcm = AESGCM(bytes(16))
sealed = gcm.encrypt(bytes(12), b"text", b"with")
print(sealed.hex(), gcm.decrypt(bytes(12), sealed, b"with"))
key = ed25519.Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
print(key.sign(b"message").hex(), key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo).decode())
f = Fernet(Fernet.generate_key())
print(f.decrypt(f.encrypt(b"token")))
pair = rsa.generate_private_key(65537, 1024)
signature = pair.sign(b"m", padding.PKCS1v15(), hashes.SHA256())
pair.public_key().verify(signature, b"m", padding.PKCS1v15(), hashes.SHA256())
for wrong in (lambda: gcm.decrypt(bytes(12), sealed, b"other"), lambda: f.decrypt(b"nonsense"), lambda: key.public_key().verify(bytes(64), b"message"),
              lambda: pair.public_key().verify(signature, b"n", padding.PKCS1v15(), hashes.SHA256())):
    try:
        wrong()
    except (InvalidTag, InvalidToken, InvalidSignature) as e:
        print(type(e).__name__)

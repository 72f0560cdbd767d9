export default function CrmDialog({ onClose }: { readonly onClose: () => void }) {
  return (
    <button type="button" onClick={onClose}>
      x
    </button>
  );
}
